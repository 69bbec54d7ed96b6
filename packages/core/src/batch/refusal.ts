import { type AuthzError } from "../base/errors.ts";
import { type PdpEntry } from "../pdp/pdp.ts";
import { type BatchLimits } from "./batch-plan.ts";

/** Whether a request holds more than the limits allow. */
export function isBeyond(entries: readonly PdpEntry[], { maxResources, maxActions }: BatchLimits): boolean {
  return entries.length > maxResources || entries.some(({ actions }) => actions.length > maxActions);
}

/**
 * The limits to go on with when a PDP has refused these entries; the same ones
 * unless it was for being too many.
 *
 * As Cerbos 0.51 says it: `number of resources in batch (51) exceeds configured
 * limit (50)`, `number of actions (51) exceeds configured limit (50)`.
 *
 * @param warn told of a limit that was learned: the option is above it
 */
export function learnedLimits(
  { message }: AuthzError,
  entries: readonly PdpEntry[],
  limits: BatchLimits,
  warn: (message: string) => void,
): BatchLimits {
  const [, what, text] = /number of (resources|actions)\b.*exceeds configured limit \((\d+)\)/.exec(message) ?? [];
  const name = what === "resources" ? "maxResources" : "maxActions";
  const limit = Number(text);
  const learned = { ...limits, [name]: limit };
  if (!(limit >= 1 && limit < limits[name]) || !isBeyond(entries, learned)) return limits;
  warn(
    `kinde-cerbos: ${name} is ${limits[name]}, and the PDP takes ${limit}. Going on with ${limit}: set it, ` +
      "or raise requestLimits of the PDP.",
  );
  return learned;
}
