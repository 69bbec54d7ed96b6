// What a source has loaded counts only while it follows the app's changes, and a refresh only as long as it should.
import { type AuthzError, claimsFromToken } from "@kinde-cerbos/core";
import {
  PermissionsProvider,
  type PermissionsSession,
  serverSource,
  tokenSource,
  type TokenSource,
  useCan,
  useCanCallback,
  usePermissionsSession,
} from "@kinde-cerbos/react/source";
import { act, render, screen } from "@testing-library/react";
import { StrictMode, type ReactNode } from "react";
import { describe, expect, it, vi } from "vitest";
import { after, decidedFor, document1, type FakePdp, fakePdp, settle, tokenOf, whoIs } from "../support.tsx";

const bob = tokenOf({ sub: "bob" });
const seconds = (fromNow: number): number => Math.floor(Date.now() / 1000) + fromNow;
const aliceUntil = (exp: number): string => tokenOf({ exp: seconds(exp) });

/** The app's token, which answers as fast as a promise does. */
function createApp(first: string | null) {
  const listeners = new Set<() => void>();
  const app = {
    token: first,
    set(token: string | null) {
      app.token = token;
      for (const listener of listeners) listener();
    },
    getToken: async () => app.token,
    getClaims: async () => app.token && claimsFromToken(app.token),
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    listeners,
  };
  return app;
}

const newest: { session?: PermissionsSession; can?: ReturnType<typeof useCanCallback> } = {};

function Page(): ReactNode {
  // oxlint-disable react/immutability -- the test looks at what the newest render got
  newest.session = usePermissionsSession();
  newest.can = useCanCallback();
  const result = useCan({ action: "view", resource: document1 });
  return <p>{`${newest.session.status}: ${result.status} ${decidedFor(result) ?? ""}`.trim()}</p>;
}

const pageOf = (source: TokenSource, pdp: FakePdp = fakePdp()): ReactNode => (
  <PermissionsProvider pdp={pdp} source={source}>
    <Page />
  </PermissionsProvider>
);
const text = (): string => screen.getByText(/:/).textContent;
const senders = ({ requests }: FakePdp): string[] => requests.map(({ body }) => whoIs(body.auxData?.jwt?.token));

describe.each([
  [
    "tokenSource",
    (app: ReturnType<typeof createApp>) => tokenSource({ getToken: app.getToken, subscribe: app.subscribe }),
  ],
  [
    "serverSource",
    (app: ReturnType<typeof createApp>) => serverSource({ getClaims: app.getClaims, subscribe: app.subscribe }),
  ],
])("promise 5: %s, which loads its token", (_, sourceOf) => {
  it("forgets it when the page goes: a page that comes later does not begin with a former user", async () => {
    const app = createApp(tokenOf());
    const source = sourceOf(app);
    const first = render(pageOf(source));
    await settle();
    first.unmount();
    await settle();
    expect(app.listeners.size).toBe(0);
    app.set(bob);
    render(pageOf(source));
    expect(text()).toBe("loading: pending");
    await settle();
    expect(text()).toBe("authenticated: allowed bob in org_a");
  });

  it("sends nothing for a session that has ended since the page went", async () => {
    const app = createApp(tokenOf());
    const pdp = fakePdp();
    const { unmount } = render(pageOf(sourceOf(app), pdp));
    await settle();
    const { can } = newest;
    unmount();
    await settle();
    app.set(null);
    await settle();
    const outcome = await can?.({ action: "edit", resource: document1 }).catch(({ code }: AuthzError) => code);
    expect([["session_ended", "session_loading"].includes(String(outcome)), pdp.requests.length]).toEqual([true, 1]);
  });

  it("hears of a change between its first render and the commit", async () => {
    const app = createApp(tokenOf());
    const source = sourceOf(app);
    act(() => void source.getSnapshot());
    await settle();
    app.set(bob);
    render(pageOf(source));
    await settle();
    expect(text()).toBe("authenticated: allowed bob in org_a");
  });

  it("loads once in StrictMode, which subscribes twice", async () => {
    const app = createApp(tokenOf());
    const get = vi.spyOn(app, "getToken");
    render(<StrictMode>{pageOf(tokenSource({ getToken: app.getToken, subscribe: app.subscribe }))}</StrictMode>);
    await settle();
    expect([text(), get.mock.calls.length]).toEqual(["authenticated: allowed alice in org_a", 1]);
  });
});

describe("a refresh", () => {
  it("that hangs is given up, so that the return of the network tries again", async () => {
    vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"] });
    const never = new Promise<string>(() => {});
    const refresh = vi.fn<() => Promise<string>>(() => never);
    render(pageOf(tokenSource({ getToken: async () => aliceUntil(-60), refresh })));
    await settle();
    await after(() => vi.advanceTimersByTime(15_000));
    expect(newest.session?.status).toBe("expired");
    refresh.mockImplementation(async () => aliceUntil(3600));
    await after(() => window.dispatchEvent(new Event("online")));
    expect([text(), refresh.mock.calls.length]).toEqual(["authenticated: allowed alice in org_a", 2]);
  });

  it("of a token that is there at once counts, also if the app's function goes on with the old one", async () => {
    const first = aliceUntil(5);
    const refresh = vi.fn<() => Promise<string>>(async () => aliceUntil(3600));
    const app = createApp(first);
    const pdp = fakePdp();
    render(pageOf(tokenSource({ getToken: () => app.token, subscribe: app.subscribe, refresh }), pdp));
    await settle();
    expect([text(), refresh.mock.calls.length]).toEqual(["authenticated: allowed alice in org_a", 1]);
    await after(() => app.set(null));
    expect(text()).toBe("signed_out: denied");
    await after(() => app.set(bob));
    expect(senders(pdp)).toEqual(["alice in org_a", "bob in org_a"]);
  });

  it("that is another user's: the page is theirs", async () => {
    const pdp = fakePdp();
    render(pageOf(tokenSource({ getToken: () => FIVE, refresh: async () => bob }), pdp));
    await settle();
    expect(text()).toBe("authenticated: allowed bob in org_a");
    expect(senders(pdp)).toEqual(["bob in org_a"]);
  });

  it("that tells of itself sends no check away, and what has come meanwhile is looked at", async () => {
    const app = createApp(aliceUntil(5));
    const refresh = async (): Promise<string | null> => {
      app.set(aliceUntil(3600));
      return app.token;
    };
    const pdp = fakePdp();
    render(pageOf(tokenSource({ getToken: app.getToken, subscribe: app.subscribe, refresh }), pdp));
    await settle();
    expect(text()).toBe("authenticated: allowed alice in org_a");
    expect(await newest.can?.({ action: "edit", resource: document1 })).toBe(true);
    expect(senders(pdp)).toEqual(["alice in org_a", "alice in org_a"]);
  });

  it("during which the user signs out leaves nobody signed in", async () => {
    const app = createApp(aliceUntil(5));
    const { promise, resolve } = Promise.withResolvers<string>();
    const pdp = fakePdp();
    render(pageOf(tokenSource({ getToken: app.getToken, subscribe: app.subscribe, refresh: () => promise }), pdp));
    await settle();
    await after(() => app.set(null));
    await after(() => resolve(aliceUntil(3600)));
    expect(text()).toBe("signed_out: denied");
  });
});

const FIVE = aliceUntil(5);

describe("a source that failed once", () => {
  it("is asked again when the network or the user comes back", async () => {
    const getToken = vi.fn<() => Promise<string>>(async () => tokenOf());
    getToken.mockRejectedValueOnce(new Error("offline"));
    render(pageOf(tokenSource({ getToken })));
    await settle();
    expect(newest.session).toMatchObject({ status: "error", error: { code: "source_failed" } });
    await after(() => window.dispatchEvent(new Event("online")));
    expect(text()).toBe("authenticated: allowed alice in org_a");
  });

  it("fails after 10 s without an answer", async () => {
    vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"] });
    render(pageOf(tokenSource({ getToken: () => new Promise(() => {}) })));
    await settle();
    expect(text()).toBe("loading: pending");
    await after(() => vi.advanceTimersByTime(10_000));
    expect(newest.session).toMatchObject({ status: "error", error: { cause: { code: "timeout" } } });
  });
});

const claims = (iat: number, exp: number): object => ({
  ...claimsFromToken(tokenOf()),
  iat: seconds(iat),
  exp: seconds(exp),
});

describe("promise 7: a clock that is wrong", () => {
  it("2 h behind: a session of claims ends when its token does", async () => {
    vi.useFakeTimers({ toFake: ["Date", "performance", "setTimeout", "clearTimeout"] });
    const now = claims(7200, 7200 + 600);
    render(pageOf(serverSource({ getClaims: () => now, refresh: () => Promise.reject(new Error("over")) })));
    await settle();
    expect(text()).toBe("authenticated: allowed alice in org_a");
    await after(() => vi.advanceTimersByTime(601_000));
    await after(() => vi.advanceTimersByTime(6000));
    expect(newest.session?.status).toBe("expired");
  });

  it("2 h ahead: what the app's refresh gives again is valid", async () => {
    const now = claims(-7200, -3600);
    render(pageOf(serverSource({ getClaims: () => now, refresh: async () => now })));
    await settle();
    expect(text()).toBe("authenticated: allowed alice in org_a");
  });
});
