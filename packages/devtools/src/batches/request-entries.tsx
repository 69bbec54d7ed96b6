import { type ReactNode } from "react";
import { type Attempt } from "../record/attempt.ts";
import { sentEntries } from "../record/sent-entry.ts";
import { JsonValue } from "../session/json-value.tsx";

/** Lists the entries of a request, with the effect of each action. */
export function RequestEntries({ attempt }: { readonly attempt: Attempt }): ReactNode {
  return (
    <table className="data">
      <caption>Entries, in the order they were sent</caption>
      <thead>
        <tr>
          <th scope="col">Resource</th>
          <th scope="col">Actions</th>
          <th scope="col">Attributes</th>
        </tr>
      </thead>
      <tbody>
        {sentEntries(attempt).map(({ resource, checks }) => (
          <tr key={JSON.stringify(resource)}>
            <th scope="row">
              <code>{resource.kind}</code> <code>{resource.id}</code>
              {resource.scope !== undefined && <div className="muted">scope {resource.scope}</div>}
              {resource.policyVersion !== undefined && <div className="muted">version {resource.policyVersion}</div>}
            </th>
            <td>
              {checks.map(({ action, decision }) => (
                <div key={action} className="check">
                  <code>{action}</code>{" "}
                  {decision === null ? (
                    <span className="muted">no answer</span>
                  ) : (
                    <span className={decision.allowed ? "allow" : "deny"}>
                      {decision.allowed ? "allowed" : "denied"}
                    </span>
                  )}
                </div>
              ))}
            </td>
            <td>
              <JsonValue value={resource.attr} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
