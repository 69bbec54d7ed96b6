import { HTTP } from "@cerbos/http";
import { type Contender, type World } from "../contender.tsx";
import { ours } from "../ours.tsx";

/** Ours with Cerbos' own client. */
export function create(world: World): Contender {
  return ours(world, new HTTP(world.pdpUrl));
}
