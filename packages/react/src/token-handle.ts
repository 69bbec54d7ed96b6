/**
 * A token in a form that React may keep in state, in dependencies and in contexts: no property leads to the text,
 * enumerable or not. DevTools, and what reports errors together with React's state, do not find it.
 */
export class TokenHandle {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text. Use it at once, and keep it nowhere. */
  read(): string {
    return this.#text;
  }
}

/** The newest handle of each name: a text that has not changed has the handle of before, as React compares by identity. */
const newest = new Map<string, TokenHandle>();

/** The handle of a token that is kept under this name; `undefined` where there is no token. */
export function handleOf(name: string, text: string | undefined): TokenHandle | undefined {
  const before = newest.get(name);
  if (before?.read() === text) return before;
  newest.delete(name);
  if (text === undefined) return undefined;
  const handle = new TokenHandle(text);
  newest.set(name, handle);
  return handle;
}

const identities = new WeakMap<object, symbol>();

/** Tells one storage from another where React keeps what a hook depends on: the storage itself would lead to its tokens. */
export function identityOf(storage: object | null): symbol | null {
  if (storage === null) return null;
  const identity = identities.get(storage) ?? Symbol("storage");
  identities.set(storage, identity);
  return identity;
}
