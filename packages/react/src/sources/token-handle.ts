/**
 * Returns a token, or the store that has it. React may keep it in state, dependencies and contexts. It is a
 * closure, so no property leads to the token, enumerable or not. DevTools, and what reports errors together with
 * React's state, do not find it. Never keep its result.
 */
export type Handle<Secret> = () => Secret;

/** Makes handles: an unchanged secret keeps its handle, as React compares by identity. */
export function createHandles<Secret>(): (secret: Secret) => Handle<Secret> {
  let newest: Handle<Secret> | undefined;
  return (secret) => {
    if (newest === undefined || newest() !== secret) newest = () => secret;
    return newest;
  };
}
