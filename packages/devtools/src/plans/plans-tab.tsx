import { type ReactNode } from "react";
import { type TabProps } from "../panel/tab.ts";
import { useNow } from "../session/use-now.ts";
import { PlanDetails } from "./plan-details.tsx";
import { planRows } from "./plan-row.ts";

/** The plans in the cache: which resources of a kind the user may act on. */
export function PlansTab({ provider }: TabProps): ReactNode {
  // Read anew each second: a plan becomes stale without an event.
  const now = useNow();
  const rows = planRows(provider);
  if (rows.length === 0) {
    return <p className="empty">No plan is in the cache. A component with usePlan sends a request for one.</p>;
  }
  return (
    <div className="plans">
      {rows.map((row) => (
        <PlanDetails key={row.hash} row={row} now={now} />
      ))}
    </div>
  );
}
