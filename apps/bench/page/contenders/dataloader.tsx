import DataLoader from "dataloader";
import { type BenchCheck, keyOf } from "../check.ts";
import { type Contender, type World } from "../contender.tsx";
import { queried } from "../queried.tsx";

/** One query a check; DataLoader gathers those of a tick. */
export function create(world: World): Contender {
  return queried(world, (askChecks) => {
    const loader = new DataLoader<BenchCheck, boolean>(
      async (checks) => {
        const decisions = await askChecks(checks);
        return checks.map((check) => decisions.get(keyOf(check)) === true);
      },
      { cache: false },
    );
    return (check) => loader.load(check);
  });
}
