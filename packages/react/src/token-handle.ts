/**
 * Gives a token, or the store that has it, and may be kept by React: in state, dependencies and contexts. It is a
 * closure, so no property leads to the token, enumerable or not. DevTools, and what reports errors together with
 * React's state, do not find it. Keep what it gives nowhere.
 */
export type Handle<Secret> = () => Secret;

/** Makes handles by name: what has not changed has the handle of before, as React compares by identity. */
export function createHandles<Secret>(): (name: string, secret: Secret | undefined) => Handle<Secret> | undefined {
  const newest = new Map<string, Handle<Secret> | undefined>();
  return (name, secret) => {
    if (newest.get(name)?.() !== secret) newest.set(name, secret === undefined ? undefined : () => secret);
    return newest.get(name);
  };
}
