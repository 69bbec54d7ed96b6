import { type PreparedCheck } from "../check/check.ts";
import { type PdpEntry } from "../pdp/pdp.ts";

/** The size limits of one request. */
export interface BatchLimits {
  /** Most entries in a request. */
  readonly maxResources: number;
  /** Most actions in an entry. */
  readonly maxActions: number;
}

/** One request, and which of its rows answers which check. */
export interface PlannedRequest {
  readonly entries: readonly PdpEntry[];
  /** The check at `index` of the plan's input is answered by the row at `row`. */
  readonly answers: readonly { readonly index: number; readonly row: number }[];
}

interface PlannedEntry {
  readonly entry: PdpEntry;
  readonly indexes: number[];
}

/**
 * Plans as few requests as possible for a list of checks: the same check once, the actions of an identical resource
 * together, and as many entries per request as the limits allow. Pure; checks keep their order.
 */
export function planBatch(
  checks: readonly PreparedCheck[],
  { maxResources, maxActions }: BatchLimits,
): PlannedRequest[] {
  const requests: PlannedRequest[] = [];
  const planned = planEntries(checks, maxActions);
  for (let start = 0; start < planned.length; start += maxResources) {
    const chunk = planned.slice(start, start + maxResources);
    requests.push({
      entries: chunk.map(({ entry }) => entry),
      answers: chunk.flatMap(({ indexes }, row) => indexes.map((index) => ({ index, row }))),
    });
  }
  return requests;
}

function planEntries(checks: readonly PreparedCheck[], maxActions: number): PlannedEntry[] {
  const planned: PlannedEntry[] = [];
  /**
   * The entry of each action of a resource. The key is both texts together, which is unambiguous because a JSON text
   * has a definite end.
   */
  const asked = new Map<string, PlannedEntry>();
  /** The newest entry of each resource, which may have room for another action. */
  const newest = new Map<string, PlannedEntry>();
  for (const [index, { action, resourceKey }] of checks.entries()) {
    const key = resourceKey + action;
    let place = asked.get(key);
    if (!place) {
      place = newest.get(resourceKey);
      if (!place || place.entry.actions.length >= maxActions) {
        // A copy, because a client may change the objects that it sends.
        place = { entry: { resource: JSON.parse(resourceKey), actions: [] }, indexes: [] };
        planned.push(place);
        newest.set(resourceKey, place);
      }
      place.entry.actions.push(action);
      asked.set(key, place);
    }
    place.indexes.push(index);
  }
  return planned;
}
