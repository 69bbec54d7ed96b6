import { type KindeClaims } from "@kinde-cerbos/core";
import { type ReactNode, useEffect, useRef } from "react";
import { clockText } from "../session/clock-text.ts";
import { RequestEntries } from "./request-entries.tsx";
import { RequestExports } from "./request-exports.tsx";
import { type RequestRow } from "./request-row.ts";
import { subjectOf } from "./request-table.tsx";
import { bytesText } from "./wire-request.ts";

interface RequestDetailsProps {
  readonly row: RequestRow;
  readonly address: string | undefined;
  /** The claims of the token that was sent; `null` if they are unknown. */
  readonly claims: KindeClaims | null;
  /** The requests in which the checks were sent again, if the PDP refused this one. */
  readonly parts: readonly RequestRow[];
  readonly onSelect: (id: number) => void;
  readonly onClose: () => void;
}

/** Shows one request: its content, its result, and exports. It takes the focus when it opens. */
export function RequestDetails({ row, address, claims, parts, onSelect, onClose }: RequestDetailsProps): ReactNode {
  const { attempt, outcome, sentBytes, receivedBytes, cacheHits } = row;
  const { what, error, request, startedAt } = attempt;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <section aria-label="Request">
      <div className="copy-line">
        <h2 ref={heading} tabIndex={-1}>
          {subjectOf(row)}
        </h2>
        <button onClick={onClose}>Close request</button>
      </div>
      <p>
        {clockText(startedAt, 3)}: {outcome.text}. Sent {bytesText(sentBytes)} without the token, received{" "}
        {receivedBytes === null ? "nothing" : bytesText(receivedBytes)}. Since the previous request, the cache answered{" "}
        {cacheHits} {cacheHits === 1 ? "check" : "checks"}.
      </p>
      {error && (
        <p className="deny">
          <code>{"code" in error ? error.code : error.name}</code> {error.message}
        </p>
      )}
      {parts.length > 0 && (
        <>
          <p>The PDP refuses a whole request if one check is invalid. The checks were sent again in these requests:</p>
          <ul>
            {parts.map((part) => (
              <li key={part.attempt.id}>
                <button className="link" onClick={() => onSelect(part.attempt.id)}>
                  {subjectOf(part)}
                </button>
                : {part.outcome.text}
              </li>
            ))}
          </ul>
        </>
      )}
      {!request.hasToken && <p>It was sent without a token.</p>}
      {what === "check" && <RequestEntries attempt={attempt} />}
      <RequestExports attempt={attempt} address={address} claims={claims} />
    </section>
  );
}
