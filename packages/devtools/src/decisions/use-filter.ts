import { useCallback, useState } from "react";
import { type Recorder } from "../record/recorder.ts";
import { type Filter, NO_FILTER } from "./filter.ts";

/** The filters of tabs that are not shown. */
const kept = new WeakMap<Recorder, Filter>();

/** Returns the filter of the list, and a function to change it. It is kept while another tab is shown. */
export function useFilter(recorder: Recorder): readonly [Filter, (filter: Filter) => void] {
  const [filter, setFilter] = useState(() => kept.get(recorder) ?? NO_FILTER);
  const change = useCallback(
    (next: Filter) => {
      kept.set(recorder, next);
      setFilter(next);
    },
    [recorder],
  );
  return [filter, change];
}
