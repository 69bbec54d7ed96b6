import { type ReactNode, useRef, useState, useSyncExternalStore } from "react";
import { usePdpWay } from "../../pdp/pdp-way.tsx";
import { type SentRequest } from "../../pdp/request-log.ts";

/** The button that opens the last requests, and the drawer that they are in. */
export function RequestsDrawer(): ReactNode {
  const drawer = useRef<HTMLDialogElement>(null);
  const [isOpen, setIsOpen] = useState(false);
  const open = (): void => {
    setIsOpen(true);
    drawer.current?.showModal();
  };
  return (
    <>
      <button type="button" onClick={open}>
        Show requests
      </button>
      <dialog ref={drawer} className="drawer" aria-labelledby="requests" onClose={() => setIsOpen(false)}>
        <header>
          <h2 id="requests">The last requests to Cerbos</h2>
          <button type="button" className="quiet" onClick={() => drawer.current?.close()}>
            Close
          </button>
        </header>
        {isOpen && <Requests />}
      </dialog>
    </>
  );
}

function Requests(): ReactNode {
  const { log } = usePdpWay();
  const requests = useSyncExternalStore(log.subscribe, log.requests);
  if (requests.length === 0) return <p>No request yet in this session: every decision came from the cache.</p>;
  return (
    <>
      <p className="hint">As they were sent, newest first, but without your token.</p>
      <ol>
        {requests.map((request) => (
          <Sent key={request.id} request={request} />
        ))}
      </ol>
    </>
  );
}

function Sent({ request }: { readonly request: SentRequest }): ReactNode {
  const { body, entries, startedAt } = request;
  const checks = entries.flatMap((entry) => entry.checks);
  const [isOpen, setIsOpen] = useState(false);
  return (
    <li>
      <details onToggle={({ currentTarget }) => setIsOpen(currentTarget.open)}>
        <summary>
          <strong>
            {"resource" in body
              ? `Plan: ${body.actions.join(", ")} on ${body.resource.kind}`
              : `${counted(checks.length, "check")} on ${counted(entries.length, "resource")}`}
          </strong>
          <span className="hint">
            {new Date(startedAt).toLocaleTimeString()} · {outcomeText(request)}
          </span>
        </summary>
        {isOpen && (
          <>
            <ul className="sent">
              {entries.map(({ resource: { kind, id }, checks: own }, at) => (
                // oxlint-disable-next-line react/no-array-index-key -- what was sent does not change
                <li key={at}>
                  <span>
                    {kind} {id}
                  </span>
                  <span className="tags">
                    {own.map(({ action, decision }) => (
                      <span key={action} className="tag" data-decision={answerText(decision?.allowed)}>
                        {action} <span className="unseen">{answerText(decision?.allowed)}</span>
                      </span>
                    ))}
                  </span>
                </li>
              ))}
            </ul>
            <details>
              <summary>JSON</summary>
              {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, by keyboard too */}
              <pre tabIndex={0}>{JSON.stringify(body, null, 2)}</pre>
            </details>
          </>
        )}
      </details>
    </li>
  );
}

function outcomeText({ what, entries, milliseconds, hasFailed }: SentRequest): string {
  if (milliseconds === null) return "waiting";
  if (hasFailed) return `failed after ${milliseconds} ms`;
  if (what === "plan") return `${milliseconds} ms`;
  const checks = entries.flatMap((entry) => entry.checks);
  const allowed = checks.filter(({ decision }) => decision?.allowed).length;
  return `${allowed} allowed, ${checks.length - allowed} denied · ${milliseconds} ms`;
}

function answerText(allowed: boolean | undefined): string {
  if (allowed === undefined) return "not answered";
  return allowed ? "allowed" : "denied";
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
