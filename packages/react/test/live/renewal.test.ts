import { beforeEach, describe, expect, it, vi } from "vitest";
import { type Renewal, renewUntil, replaceToken } from "../../src/live/renewal.ts";
import { type TokenSnapshot } from "../../src/sources/token-source.ts";
import { tokenOf } from "../support.tsx";

const signedIn = (claims: object): TokenSnapshot => ({ status: "signed_in", token: tokenOf(claims) });

/** A source that goes on to the next snapshot with each renewal. */
function stepping(...snapshots: TokenSnapshot[]) {
  const source = {
    renewals: 0,
    refreshes: 0,
    subscribe: () => () => {},
    getSnapshot: (): TokenSnapshot => snapshots[Math.min(source.renewals, snapshots.length - 1)]!,
    refresh: async () => {
      source.refreshes += 1;
      return source.getSnapshot();
    },
    renew: async () => {
      source.renewals += 1;
      return source.getSnapshot();
    },
  };
  return source;
}

function renewal(source: ReturnType<typeof stepping>, more: Partial<Renewal> = {}): Renewal {
  return { source: () => source, isOwn: () => true, signal: new AbortController().signal, ...more };
}

beforeEach(() => {
  vi.useFakeTimers();
});

describe("renewUntil", () => {
  it.each([
    ["somebody else's", signedIn({ iat: 1 }), { isOwn: () => false }],
    ["nobody's", { status: "signed_out" } as const, {}],
    ["later", signedIn({ iat: 11 }), {}],
    ["for a page that is gone", signedIn({ iat: 1 }), { signal: AbortSignal.abort() }],
  ])("does not touch a token that is %s", async (_, snapshot, more) => {
    const source = stepping(snapshot);
    await renewUntil(10, renewal(source, more));
    expect([source.refreshes, source.renewals]).toEqual([0, 0]);
  });

  it("looks again a second later at one that is being replaced", async () => {
    const source = stepping({ status: "loading", isRefreshing: true });
    const done = renewUntil(10, renewal(source));
    await vi.advanceTimersByTimeAsync(500);
    source.getSnapshot = () => (source.renewals === 0 ? signedIn({ iat: 1 }) : signedIn({ iat: 11 }));
    await vi.advanceTimersByTimeAsync(1000);
    await done;
    expect(source.renewals).toBe(1);
  });

  it("renews one without iat once", async () => {
    const source = stepping(signedIn({}), signedIn({ jti: "new" }));
    await renewUntil(10, renewal(source));
    expect(source.renewals).toBe(1);
  });

  it("gives up a source that does not answer, so that other tabs are not kept waiting", async () => {
    const source = stepping(signedIn({ iat: 1 }));
    source.refresh = () => new Promise(() => {});
    let isDone = false;
    const wait = async (): Promise<void> => {
      await renewUntil(10, renewal(source));
      isDone = true;
    };
    void wait();
    await vi.advanceTimersByTimeAsync(91_999);
    expect(isDone).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(isDone).toBe(true);
  });
});

describe("replaceToken", () => {
  it("refreshes where the token is not known at the moment: nobody is signed out because it is being looked up", async () => {
    const source = stepping({ status: "loading", isRefreshing: true });
    source.refresh = async () => {
      source.refreshes += 1;
      return signedIn({ iat: 11 });
    };
    const replaced = replaceToken(() => source);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await replaced).toEqual(signedIn({ iat: 11 }));
    expect([source.refreshes, source.renewals]).toEqual([1, 0]);
  });
});
