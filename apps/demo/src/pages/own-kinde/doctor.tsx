import { useAuthorizer, usePermissionsSession } from "@kinde-cerbos/react";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode } from "react";
import { docsUrl } from "../../repository.ts";
import { detailsOf } from "../../ui/error-text.ts";
import { Notice } from "../../ui/notice.tsx";
import { useSearchParam } from "../../ui/use-search-param.ts";
import { FindingList } from "./finding-list.tsx";
import { runDoctor, STATES } from "./set-up-api.ts";

const NAMES = { danger: "Dangers", warning: "warnings", skipped: "not proven", ok: "fine" };

/** Runs the doctor on what is set, with the token of who is signed in. */
export function Doctor(): ReactNode {
  const { status, id } = usePermissionsSession();
  return <Examination key={id} isSignedIn={status === "authenticated"} />;
}

function Examination({ isSignedIn }: { readonly isSignedIn: boolean }): ReactNode {
  const token = useAuthorizer()?.session.token ?? null;
  const [shown, setShown] = useSearchParam("findings");
  const { mutate, isPending, data: report, error } = useMutation({ mutationFn: () => runDoctor(token) });
  const isShownAll = shown === "all";
  const findings = report?.findings ?? [];
  const ofState = (state: (typeof STATES)[number]): number => findings.filter((one) => one.state === state).length;
  return (
    <section aria-labelledby="does-it-work">
      <h2 id="does-it-work">Does it work?</h2>
      <p className="hint">
        The doctor checks the PDP, Kinde and the policies, and changes nothing.{" "}
        {isSignedIn
          ? "It uses your access token, and forged copies of it that must be refused."
          : "Sign in, and it also checks your token."}{" "}
        Some checks need more tokens: <a href={docsUrl("guides/doctor.md")}>use the command</a> for these.
      </p>
      <div className="doctor-tools">
        <button type="button" className="primary" aria-disabled={isPending} onClick={() => !isPending && mutate()}>
          Run the doctor
        </button>
        <output data-report={report !== undefined}>
          {isPending ? "Checking…" : report && STATES.map((state) => `${NAMES[state]}: ${ofState(state)}`).join(", ")}
        </output>
        {report && (
          <label>
            <input
              type="checkbox"
              checked={isShownAll}
              onChange={({ target }) => setShown(target.checked ? "all" : null)}
            />
            Show passed checks too
          </label>
        )}
      </div>
      {error && (
        <Notice title="The doctor could not run" details={detailsOf(error)}>
          Is the playground still running?
        </Notice>
      )}
      {report && <FindingList findings={findings.filter(({ state }) => isShownAll || state !== "ok")} />}
    </section>
  );
}
