import { type BatchLimits } from "./batch-plan.ts";
import { type AuthzError } from "./errors.ts";
import { type PdpEntry } from "./pdp.ts";

/** Whether a request holds more than the limits allow. */
export function isBeyond(entries: readonly PdpEntry[], { maxResources, maxActions }: BatchLimits): boolean {
  return entries.length > maxResources || entries.some(({ actions }) => actions.length > maxActions);
}

/**
 * The limits to go on with when a PDP has refused these entries as too many;
 * `null` where that was not the reason.
 *
 * As Cerbos 0.51 says it: `number of resources in batch (51) exceeds configured
 * limit (50)`, `number of actions (51) exceeds configured limit (50)`.
 */
export function learnedLimits(
  { message }: AuthzError,
  entries: readonly PdpEntry[],
  limits: BatchLimits,
): BatchLimits | null {
  const found = /number of (resources|actions)\b.*exceeds configured limit \((\d+)\)/.exec(message);
  if (!found) return null;
  const name = found[1] === "resources" ? "maxResources" : "maxActions";
  const limit = Number(found[2]);
  const learned = { ...limits, [name]: limit };
  return limit >= 1 && limit < limits[name] && isBeyond(entries, learned) ? learned : null;
}

/** What to tell whoever runs the app, whose option is above the PDP's limit. */
export function limitWarning(from: BatchLimits, to: BatchLimits): string {
  const name = from.maxResources === to.maxResources ? "maxActions" : "maxResources";
  return `kinde-cerbos: the PDP takes at most ${to[name]}, and ${name} is ${from[name]}. Going on with ${to[name]}: set ${name} to it, or raise requestLimits of the PDP.`;
}
