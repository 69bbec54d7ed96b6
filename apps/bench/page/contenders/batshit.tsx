import { create as createBatcher, windowScheduler } from "@yornaath/batshit";
import { type Decisions } from "../ask.ts";
import { type BenchCheck, keyOf } from "../check.ts";
import { type Contender, type World } from "../contender.tsx";
import { queried } from "../queried.tsx";

/** One query a check; batshit gathers those of 10 ms. */
export function create(world: World): Contender {
  return queried(world, (askChecks) => {
    const batcher = createBatcher({
      fetcher: askChecks,
      resolver: (decisions: Decisions, check: BenchCheck) => decisions.get(keyOf(check)) === true,
      scheduler: windowScheduler(10),
    });
    return (check) => batcher.fetch(check);
  });
}
