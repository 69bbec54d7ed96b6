import { createFetchPdp } from "@kinde-cerbos/core/fetch-pdp";
import { type Contender, type World } from "../contender.tsx";
import { ours } from "../ours.tsx";

/** Ours with the small client. */
export function create(world: World): Contender {
  return ours(world, createFetchPdp(world.pdpUrl));
}
