import { keyOf } from "../check.ts";
import { type Contender, type World } from "../contender.tsx";
import { queried } from "../queried.tsx";

/** One query and one request a check. */
export function create(world: World): Contender {
  return queried(world, (askChecks) => async (check) => (await askChecks([check])).get(keyOf(check)) === true);
}
