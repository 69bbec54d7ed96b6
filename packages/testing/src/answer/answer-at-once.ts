import { type Decision } from "@kinde-cerbos/core";
import { isFields } from "@kinde-cerbos/core/internal";
import { type AnswerKey } from "@kinde-cerbos/react/source";
import { type QueryClient } from "@tanstack/react-query";

/** The decision on a check, by its key in the cache; `null` if there is none at once. */
type DecideAtOnce = (key: AnswerKey) => { readonly decision: Decision; readonly gcTime: number } | null;

/** Who decides for the keys of a client, by the name of the PDP. */
const decidersOf = new WeakMap<QueryClient, Map<string, DecideAtOnce>>();

/**
 * Puts a decision into the cache in the moment that a component looks for it there. So its first render has it, and a
 * test need not wait. Returns a function that ends that.
 *
 * @param pdpName - Only of checks for this PDP
 */
export function answerAtOnce(client: QueryClient, pdpName: string, decide: DecideAtOnce): () => void {
  let deciders = decidersOf.get(client);
  if (!deciders) {
    deciders = new Map();
    decidersOf.set(client, deciders);
    lookUpWith(client, deciders);
  }
  deciders.set(pdpName, decide);
  return () => deciders.delete(pdpName);
}

function lookUpWith(client: QueryClient, deciders: ReadonlyMap<string, DecideAtOnce>): void {
  const cache = client.getQueryCache();
  const get = cache.get.bind(cache);
  let isBuilding = false;
  const answer = (queryHash: string): void => {
    const key = keyIn(queryHash);
    const found = key && deciders.get(key[7])?.(key);
    if (!found) return;
    const { decision: data, gcTime } = found;
    isBuilding = true;
    cache.build(client, { queryKey: key, queryHash, gcTime }, { ...SETTLED, data, dataUpdatedAt: Date.now() });
    isBuilding = false;
  };
  cache.get = (queryHash) => {
    if (!isBuilding && !get(queryHash)) answer(queryHash);
    return get(queryHash);
  };
}

/** The state of a query with data, but for these. */
const SETTLED = {
  dataUpdateCount: 1,
  error: null,
  errorUpdateCount: 0,
  errorUpdatedAt: 0,
  fetchFailureCount: 0,
  fetchFailureReason: null,
  fetchMeta: null,
  isInvalidated: false,
  status: "success",
  fetchStatus: "idle",
} as const;

/** The key of a decision, from its hash; `null` of anything else. */
function keyIn(queryHash: string): AnswerKey | null {
  if (!queryHash.startsWith('["kinde-cerbos"')) return null;
  try {
    const key: unknown = JSON.parse(queryHash);
    return Array.isArray(key) && isOurs(key) ? key : null;
  } catch {
    // The app's own hash: what is asked is then not known at once.
    return null;
  }
}

function isOurs(key: readonly unknown[]): key is AnswerKey {
  return key[0] === "kinde-cerbos" && key[2] === "decision" && !key.some(isFields);
}
