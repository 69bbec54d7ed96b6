import { type InspectedProvider } from "@kinde-cerbos/react/internal";
import { useEffect, useState } from "react";
import { type DecisionRow, rowsOf } from "./decision-row.ts";

/** How often the rows are read at most, in ms: a page may change thousands of decisions at once. */
const INTERVAL_MS = 100;

/** The decisions of a provider, as they are now. */
export function useDecisionRows(provider: InspectedProvider): readonly DecisionRow[] {
  const [rows, setRows] = useState(() => rowsOf(provider));
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const read = (): void => {
      timer = undefined;
      setRows(rowsOf(provider));
    };
    read();
    const stop = provider.queryClient.getQueryCache().subscribe(() => (timer ??= setTimeout(read, INTERVAL_MS)));
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [provider]);
  return rows;
}
