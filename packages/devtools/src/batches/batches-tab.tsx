import { type ReactNode, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { type TabProps } from "../panel/tab.ts";
import { RequestDetails } from "./request-details.tsx";
import { partsOf } from "./request-row.ts";
import { RequestTable } from "./request-table.tsx";
import { sentClaims } from "./sent-claims.ts";
import { useRequestRows } from "./use-request-rows.ts";

/** Lists the requests to the PDP, with a timeline and exports. */
export function BatchesTab({ provider, recorder }: TabProps): ReactNode {
  const { rows, bars, cacheHits } = useRequestRows(recorder, provider.id);
  const [selected, setSelected] = useState<number | null>(null);
  const list = useRef<HTMLDivElement>(null);
  const shown = rows.find(({ attempt }) => attempt.id === selected);
  const close = (): void => {
    // In a narrow panel, the list is hidden while details are shown.
    flushSync(() => setSelected(null));
    list.current?.querySelector<HTMLElement>(`[data-request="${selected}"]`)?.focus();
  };
  return (
    <div className={shown ? "batches with-details" : "batches"}>
      <div className="list" ref={list}>
        <div className="copy-line">
          <span>
            {rows.length} {rows.length === 1 ? "request" : "requests"}.{" "}
            {rows.length > 0 ? "Since the newest one, the" : "The"} cache answered {cacheHits}{" "}
            {cacheHits === 1 ? "check" : "checks"}.
          </span>
          <button disabled={rows.length === 0} onClick={() => recorder.clear()}>
            Clear
          </button>
        </div>
        {rows.length > 0 ? (
          <RequestTable rows={rows} bars={bars} selected={selected} onSelect={setSelected} />
        ) : (
          <p className="empty">
            No request yet. A component that checks a permission sends one, unless the cache has the decision.
          </p>
        )}
      </div>
      {shown && (
        <RequestDetails
          key={shown.attempt.id}
          row={shown}
          address={provider.address}
          claims={sentClaims(shown.attempt, recorder.sessionsOf(provider.id))}
          parts={partsOf(shown, rows)}
          onSelect={setSelected}
          onClose={close}
        />
      )}
    </div>
  );
}
