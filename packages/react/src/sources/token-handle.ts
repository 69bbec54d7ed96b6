/**
 * Returns a token, or the store that has it. React may keep it in state, dependencies and contexts. It is a
 * closure, so no property leads to the token, enumerable or not. DevTools, and what reports errors together with
 * React's state, do not find it. Never keep its result.
 */
export type Handle<Secret> = () => Secret;

/** Makes handles by name: an unchanged secret keeps its handle, as React compares by identity. */
export function createHandles<Secret>(): (name: string, secret: Secret | undefined) => Handle<Secret> | undefined {
  const newest = new Map<string, Handle<Secret> | undefined>();
  return (name, secret) => {
    if (newest.get(name)?.() !== secret) newest.set(name, secret === undefined ? undefined : () => secret);
    return newest.get(name);
  };
}
