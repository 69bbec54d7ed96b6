import { type ReactNode } from "react";
import { type TabProps } from "../panel/tab.ts";
import { useNow } from "../session/use-now.ts";
import { PlanDetails } from "./plan-details.tsx";
import { planRows } from "./plan-row.ts";

/** Lists the plans in the cache. */
export function PlansTab({ provider }: TabProps): ReactNode {
  // Read again each second, because no event tells when a plan becomes stale.
  const now = useNow();
  const rows = planRows(provider);
  if (rows.length === 0) {
    return <p className="empty">The cache has no plan yet. A component that calls usePlan requests one.</p>;
  }
  return (
    <div className="plans">
      {rows.map((row) => (
        <PlanDetails key={row.hash} row={row} now={now} />
      ))}
    </div>
  );
}
