// Replaces functions of Next that work only while it runs: the cookies and headers of one request.
import { AsyncLocalStorage } from "node:async_hooks";

/** The cookies of a request, as in a Next route handler: a cookie that was set can be read. */
export class Cookies {
  readonly #values: Map<string, string>;
  /** The names of cookies that were set or removed, which would be in the response. */
  readonly changed = new Set<string>();

  constructor(values: { readonly [name: string]: string }) {
    this.#values = new Map(Object.entries(values));
  }

  get(name: string): { name: string; value: string } | undefined {
    const value = this.#values.get(name);
    return value === undefined ? undefined : { name, value };
  }

  getAll(): { name: string; value: string }[] {
    return [...this.#values].map(([name, value]) => ({ name, value }));
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  set(name: string, value: string, { maxAge }: { readonly maxAge?: number } = {}): void {
    this.changed.add(name);
    if (maxAge === 0) this.#values.delete(name);
    else this.#values.set(name, value);
  }

  delete(name: string): void {
    this.changed.add(name);
    this.#values.delete(name);
  }
}

/** A request that Next handles. */
export interface TestRequest {
  readonly cookies: Cookies;
  readonly headers: Headers;
  /** Pending while a page is prerendered. */
  readonly connected?: Promise<void>;
}

const current = new AsyncLocalStorage<TestRequest>();

/** Runs a function of an app as Next does for a request. */
export const atRequest = <Result>(request: TestRequest, run: () => Result): Result => current.run(request, run);

const requestNow = (): TestRequest => {
  const request = current.getStore();
  if (!request) throw new Error("cookies or headers was called outside of a request.");
  return request;
};

export const cookies = async (): Promise<Cookies> => requestNow().cookies;
export const headers = async (): Promise<Headers> => requestNow().headers;

/** `connection` of "next/server". Resolves if there is a request, and stays pending while a page is prerendered. */
export const connection = async (): Promise<void> => requestNow().connected;
