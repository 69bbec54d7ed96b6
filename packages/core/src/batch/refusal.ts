import { type AuthzError } from "../base/errors.ts";
import { type PdpEntry } from "../pdp/pdp.ts";
import { type BatchLimits } from "./batch-plan.ts";

/** Whether a request exceeds the limits. */
export function isBeyond(entries: readonly PdpEntry[], { maxResources, maxActions }: BatchLimits): boolean {
  return entries.length > maxResources || entries.some(({ actions }) => actions.length > maxActions);
}

/**
 * The limits to use after a PDP has refused these entries; unchanged unless it refused them for exceeding its limits.
 *
 * Cerbos 0.51 says it like this: `number of resources in batch (51) exceeds configured limit (50)`, `number of actions
 * (51) exceeds configured limit (50)`.
 *
 * @param warn called if the PDP's limit is below the option
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
    `kinde-cerbos: ${name} is ${limits[name]}, but the PDP accepts only ${limit}. ${limit} is used from now on: set it, ` +
      "or raise requestLimits of the PDP.",
  );
  return learned;
}
