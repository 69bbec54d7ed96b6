import { type InspectedProvider } from "@kinde-cerbos/react/internal";
import { useEffect, useState } from "react";
import { type DecisionRow, rowsOf } from "./decision-row.ts";

/** The shortest time between two reads of the rows, in ms. A page may change thousands of decisions at once. */
const INTERVAL_MS = 100;

/** Returns the current decisions of a provider. */
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
