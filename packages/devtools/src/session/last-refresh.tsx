import { type ReactNode } from "react";
import { type RecordedSession } from "../record/recorder.ts";
import { clockText } from "./clock-text.ts";
import { type Difference } from "./differences.ts";
import { JsonValue } from "./json-value.tsx";
import { lastChange } from "./session-change.ts";

/** Shows what the newest token changed. */
export function LastRefresh({ sessions }: { readonly sessions: readonly RecordedSession[] }): ReactNode {
  const change = lastChange(sessions);
  return (
    <section aria-label="Last refresh">
      <h2>Last refresh</h2>
      {change ? (
        <>
          <p>
            At {clockText(change.at)}: {change.text}
          </p>
          {change.rights.length > 0 && <Differences caption="Changes that policies can see" rows={change.rights} />}
          {change.volatile.length > 0 && (
            <details>
              <summary>
                {change.volatile.length} {change.volatile.length === 1 ? "claim that changes" : "claims that change"}{" "}
                with each token
              </summary>
              <Differences caption="Claims that change with each token" rows={change.volatile} />
            </details>
          )}
        </>
      ) : (
        <p className="empty">The token has not changed since this page was loaded.</p>
      )}
    </section>
  );
}

interface DifferencesProps {
  readonly caption: string;
  readonly rows: readonly Difference[];
}

function Differences({ caption, rows }: DifferencesProps): ReactNode {
  return (
    <table className="data">
      <caption>{caption}</caption>
      <thead>
        <tr>
          <th scope="col">Path</th>
          <th scope="col">Before</th>
          <th scope="col">After</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ path, kind, before, after }) => (
          <tr key={JSON.stringify([path, before, after])}>
            <th scope="row">
              <code>{path}</code> <span className="muted">{kind}</span>
            </th>
            <td>
              <JsonValue value={before} />
            </td>
            <td>
              <JsonValue value={after} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
