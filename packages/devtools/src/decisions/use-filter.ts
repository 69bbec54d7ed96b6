import { useCallback, useState } from "react";
import { type Recorder } from "../record/recorder.ts";
import { type Filter, NO_FILTER } from "./filter.ts";

/** The filters while their tab is not shown. */
const kept = new WeakMap<Recorder, Filter>();

/** The filter of the list. It is still there when the user comes back from another tab. */
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
