import { type Decision } from "@kinde-cerbos/core";
import { isFields } from "@kinde-cerbos/core/internal";
import { type AnswerKey } from "@kinde-cerbos/react/source";
import { type QueryClient } from "@tanstack/react-query";

/** Returns the decision for a check, by its key in the cache; `null` if it is not known synchronously. */
type DecideAtOnce = (key: AnswerKey) => { readonly decision: Decision; readonly gcTime: number } | null;

/** The functions that decide for the keys of a query client, by `pdpName`. */
const decidersOf = new WeakMap<QueryClient, Map<string, DecideAtOnce>>();

/**
 * Puts a decision into the cache when a component looks it up there, so that the component's first render has it and a
 * test need not wait. Returns a function that stops this.
 *
 * @param pdpName only checks for this PDP are answered
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

/** The state of a query that succeeded, except its data and time. */
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

/** Parses the hash of a decision's key; `null` for any other hash. */
function keyIn(queryHash: string): AnswerKey | null {
  if (!queryHash.startsWith('["kinde-cerbos"')) return null;
  try {
    const key: unknown = JSON.parse(queryHash);
    return Array.isArray(key) && isOurs(key) ? key : null;
  } catch {
    // The app has its own `queryKeyHashFn`, so the check cannot be read from the hash. It is answered by a request.
    return null;
  }
}

function isOurs(key: readonly unknown[]): key is AnswerKey {
  return key[0] === "kinde-cerbos" && key[2] === "decision" && !key.some(isFields);
}
