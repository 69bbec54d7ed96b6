// oxlint-disable vitest/require-mock-type-parameters -- they have the types of what they call
// Pages without KindeProvider: the token comes from the app's own code, or only a server has it.
import { AuthzError, claimsFromToken, createSession, type Session } from "@kinde-cerbos/core";
import {
  Can,
  PermissionsProvider,
  type PermissionsProviderProps,
  type PermissionsSession,
  serverSource,
  tokenSource,
  type TokenSource,
  useOrganizations,
  usePermissionsSession,
  useSwitchOrg,
} from "@kinde-cerbos/react/source";
import { act, render, screen } from "@testing-library/react";
import * as fc from "fast-check";
import { type ReactNode } from "react";
import { describe, expect, it, vi } from "vitest";
import { findByOwnProperties, rootFiberOf } from "../own-properties.ts";
import {
  after,
  answerTo,
  decidedFor,
  document1,
  fakePdp,
  Probe,
  settle,
  SIGNATURE,
  tokenOf,
  whoIs,
} from "../support.tsx";

const alice = tokenOf();
const bob = tokenOf({ sub: "bob" });
const aliceInB = tokenOf({ org_code: "org_b" });
const seconds = (fromNow: number): number => Math.floor(Date.now() / 1000) + fromNow;

/** What the newest render got of other hooks. */
const newest: {
  session: PermissionsSession;
  organizations?: ReturnType<typeof useOrganizations>;
  switching?: ReturnType<typeof useSwitchOrg>;
} = {
  session: { status: "loading", id: null, principal: null, orgCode: null, expiresAt: null, error: null },
};

function Session(): ReactNode {
  // oxlint-disable-next-line react/immutability -- the test looks at what the newest render got
  newest.session = usePermissionsSession();
  return null;
}

/** For callers without types. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- these tests are about what types forbid
const untyped = (value: unknown): never => value as never;

/** A page with one check. Keeps whose decision each render had, beside whose token it was. */
function renderPage(source: TokenSource, props: Partial<PermissionsProviderProps> = {}, child: ReactNode = null) {
  const pdp = fakePdp();
  const shown: (string | null)[] = [];
  const page = render(
    <PermissionsProvider pdp={pdp} source={source} {...props}>
      <Probe action="view" resource={document1} onRender={(result) => shown.push(decidedFor(result))} />
      <Session />
      {child}
    </PermissionsProvider>,
  );
  return { ...page, pdp, shown, senders: () => pdp.requests.map(({ body }) => whoIs(body.auxData?.jwt?.token)) };
}

/** The app's own store of a token. */
function tokenStore(first: string | null) {
  const listeners = new Set<() => void>();
  const store = {
    token: first,
    set(token: string | null) {
      store.token = token;
      for (const listener of listeners) listener();
    },
    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    listeners,
  };
  return store;
}

describe("tokenSource", () => {
  it("takes a token that is there at once, from the first render on", async () => {
    const { senders } = renderPage(tokenSource({ getToken: () => alice }));
    await settle();
    expect(screen.getByText("allowed alice in org_a")).toBeDefined();
    expect(newest.session).toMatchObject({ status: "authenticated", orgCode: "org_a" });
    expect(senders()).toEqual(["alice in org_a"]);
  });

  it("waits for one that comes later, and calls getToken once", async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const getToken = vi.fn(() => promise);
    const { pdp } = renderPage(tokenSource({ getToken }));
    await settle();
    expect([newest.session.status, pdp.requests]).toEqual(["loading", []]);
    await after(() => resolve(alice));
    expect(screen.getByText("allowed alice in org_a")).toBeDefined();
    expect(getToken).toHaveBeenCalledTimes(1);
  });

  it.each([null, undefined, ""])("%j is nobody: nothing is sent, and all is denied", async (token) => {
    const { pdp } = renderPage(tokenSource({ getToken: () => token }));
    await settle();
    expect([newest.session.status, pdp.requests]).toEqual(["signed_out", []]);
    expect(screen.getByText("denied")).toBeDefined();
  });

  it("follows its subscription: a sign-out, a sign-in, another organization", async () => {
    const store = tokenStore(alice);
    const { senders, unmount } = renderPage(
      tokenSource({ getToken: () => store.token, subscribe: (notify) => store.subscribe(notify) }),
    );
    await settle();
    await after(() => store.set(null));
    expect(screen.getByText("denied")).toBeDefined();
    await after(() => store.set(bob));
    expect(screen.getByText("allowed bob in org_a")).toBeDefined();
    await after(() => store.set(aliceInB));
    expect(screen.getByText("allowed alice in org_b")).toBeDefined();
    expect(senders()).toEqual(["alice in org_a", "bob in org_a", "alice in org_b"]);
    unmount();
    await settle();
    expect(store.listeners.size).toBe(0);
  });

  it("that answers later is asked again for each change, and nothing is allowed until it has answered", async () => {
    const store = tokenStore(alice);
    let answer = Promise.withResolvers<void>();
    answer.resolve();
    const getToken = vi.fn(async () => {
      await answer.promise;
      return store.token;
    });
    renderPage(tokenSource({ getToken, subscribe: (notify) => store.subscribe(notify) }));
    await settle();
    answer = Promise.withResolvers<void>();
    await after(() => store.set(bob));
    expect(screen.getByText("pending")).toBeDefined();
    await after(() => answer.resolve());
    expect(screen.getByText("allowed bob in org_a")).toBeDefined();
    expect(getToken).toHaveBeenCalledTimes(2);
  });

  it("of two answers, the newer question's counts, whichever comes last", async () => {
    const answers: PromiseWithResolvers<string>[] = [];
    const store = tokenStore(null);
    const getToken = (): Promise<string> => {
      answers.push(Promise.withResolvers());
      return answers.at(-1)!.promise;
    };
    renderPage(tokenSource({ getToken, subscribe: (notify) => store.subscribe(notify) }));
    await after(() => store.set(null));
    await after(() => answers[1]!.resolve(bob));
    await after(() => answers[0]!.resolve(alice));
    expect(screen.getByText("allowed bob in org_a")).toBeDefined();
  });

  it("refreshes a token that is about to end before it is sent, once", async () => {
    const next = tokenOf({ exp: seconds(3600) });
    const refresh = vi.fn(async () => next);
    const { senders, pdp } = renderPage(tokenSource({ getToken: async () => tokenOf({ exp: seconds(5) }), refresh }));
    await settle();
    expect(pdp.requests.map(({ body }) => body.auxData?.jwt?.token)).toEqual([next]);
    expect([refresh.mock.calls.length, senders()]).toEqual([1, ["alice in org_a"]]);
  });

  it("refreshes a refused token once; refused again, the session is expired and nothing is allowed", async () => {
    const refresh = vi.fn(async () => tokenOf({ exp: seconds(7200) }));
    const pdp = fakePdp(() => {
      throw { code: 16, details: "refused" };
    });
    renderPage(tokenSource({ getToken: async () => tokenOf({ exp: seconds(3600) }), refresh }), { pdp });
    await settle();
    expect([refresh.mock.calls.length, pdp.requests.length]).toEqual([1, 2]);
    expect(newest.session).toMatchObject({ status: "expired", error: { code: "session_expired" } });
  });

  it.each([
    ["throws", () => Promise.reject(new Error(`no network for ${alice}`))],
    [
      "throws at once",
      () => {
        throw new Error(`no network for ${alice}`);
      },
    ],
    ["returns a number", () => untyped(5)],
    ["resolves with an object", async () => untyped({ token: alice })],
  ])("that %s is an error which names getToken; nothing is sent, and no token shows", async (_, getToken) => {
    const { pdp } = renderPage(tokenSource({ getToken }));
    await settle();
    expect(newest.session).toMatchObject({ status: "error", error: { code: "source_failed" } });
    expect(newest.session.error?.message).toContain("getToken");
    expect(findByOwnProperties({ error: newest.session.error }, SIGNATURE)).toEqual([]);
    expect(pdp.requests).toEqual([]);
  });

  it("a session that the source has made is there in the first render; one of another token is not used", async () => {
    const session = await createSession(alice);
    const sourceOf = (token: string): TokenSource => {
      const snapshot = { status: "signed_in", token, session } as const;
      return { getSnapshot: () => snapshot, subscribe: () => () => {}, refresh: async () => snapshot };
    };
    const page = renderPage(sourceOf(alice));
    expect(newest.session).toMatchObject({ status: "authenticated", orgCode: "org_a" });
    page.unmount();
    const other = renderPage(sourceOf(aliceInB));
    expect(newest.session).toMatchObject({ status: "loading", orgCode: null });
    await settle();
    expect(newest.session).toMatchObject({ status: "authenticated", orgCode: "org_b" });
    expect(other.senders()).toEqual(["alice in org_b"]);
    other.unmount();
  });

  it("a session made with other options is not used, nor any if attributes have to be fetched", async () => {
    const admin = await createSession(alice, { principal: { baseRoles: ["admin"] } });
    const plain = await createSession(alice);
    const sourceOf = (session: Session): TokenSource => {
      const snapshot = { status: "signed_in", token: alice, session } as const;
      return { getSnapshot: () => snapshot, subscribe: () => () => {}, refresh: async () => snapshot };
    };
    const page = renderPage(sourceOf(admin));
    expect(newest.session.status).toBe("loading");
    await settle();
    expect(newest.session.principal?.roles).toEqual(["user"]);
    page.unmount();
    const enriched = renderPage(sourceOf(plain), { principal: { enrich: async () => ({ seats: 3 }) } });
    await settle();
    expect(newest.session.principal?.attr).toMatchObject({ seats: 3 });
    enriched.unmount();
  });

  it("nobody's session, too, is there at once if the source has made it", async () => {
    const snapshot = { status: "signed_out", session: await createSession(null) } as const;
    renderPage({ getSnapshot: () => snapshot, subscribe: () => () => {}, refresh: async () => snapshot });
    expect(newest.session.status).toBe("signed_out");
  });

  it("promise 5: in no render is a decision of another token's session, whatever comes in whatever order", async () => {
    const tokens = fc.constantFrom(alice, aliceInB, bob, null);
    const course = fc.array(fc.record({ token: tokens, settles: fc.boolean() }), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(course, tokens, async (steps, first) => {
        const store = tokenStore(first);
        const foreign: string[] = [];
        const check = (
          <Can action="view" resource={document1}>
            {(result) => {
              const whose = decidedFor(result);
              if (whose !== whoIs(store.token)) foreign.push(`${whose} for ${whoIs(store.token)}`);
              return null;
            }}
          </Can>
        );
        const { unmount } = renderPage(
          tokenSource({ getToken: () => store.token, subscribe: (notify) => store.subscribe(notify) }),
          {},
          check,
        );
        for (const { token, settles } of steps) {
          act(() => store.set(token));
          if (settles) await settle();
        }
        unmount();
        expect(foreign).toEqual([]);
      }),
      { numRuns: 20 },
    );
  });

  it("promise 12: keeps the token out of what React keeps", async () => {
    // React 18 warns of contexts that are looked at.
    vi.spyOn(console, "error").mockImplementation(() => {});
    const { container, pdp } = renderPage(tokenSource({ getToken: () => alice }));
    await settle();
    screen.getByText("allowed alice in org_a");
    expect(findByOwnProperties({ root: rootFiberOf(container) }, SIGNATURE, [pdp])).toEqual([]);
    vi.mocked(console.error).mockReset();
  });

  it.each([
    ["getToken", { getToken: alice }],
    ["subscribe", { getToken: () => alice, subscribe: true }],
    ["refresh", { getToken: () => alice, refresh: {} }],
  ])("refuses a %s that is no function", (name, options) => {
    expect(() => tokenSource(untyped(options))).toThrow(
      expect.objectContaining({
        code: "invalid_option",
        message: expect.stringContaining(`${name} must be a function`),
      }),
    );
  });
});

describe("renew", () => {
  const kinds = [
    ["tokenSource", (options: object) => tokenSource({ getToken: () => alice, ...options }), { token: alice }],
    [
      "serverSource",
      (options: object) => serverSource({ getClaims: () => claimsFromToken(alice), ...options }),
      { claims: claimsFromToken(alice) },
    ],
  ] as const;

  it.each(kinds)("of %s is there only if the app gives it, and must be a function", (_, make) => {
    expect(make({})).not.toHaveProperty("renew");
    expect(() => make({ renew: "now" })).toThrow(expect.objectContaining({ code: "invalid_option" }));
  });

  it.each(kinds)("of %s gives what the app's function gives, and the page has it", async (_, make, has) => {
    const value = "token" in has ? bob : claimsFromToken(bob);
    const source = make({ renew: async () => value });
    const listener = vi.fn();
    source.subscribe(listener);
    const snapshot = { status: "signed_in", ...("token" in has ? { token: bob } : { claims: value }) };
    expect(await source.renew?.()).toEqual(snapshot);
    expect(source.getSnapshot()).toEqual(snapshot);
    expect(listener).toHaveBeenCalled();
  });

  it("waits for a refresh that is under way, as that gives the existing token, and is one for all who ask", async () => {
    const refreshed = Promise.withResolvers<string>();
    const calls: string[] = [];
    const source = tokenSource({
      getToken: () => alice,
      refresh: async () => {
        calls.push("refresh");
        return refreshed.promise;
      },
      renew: async () => {
        calls.push("renew");
        return bob;
      },
    });
    const all = Promise.all([source.refresh(), source.renew?.(), source.renew?.()]);
    await settle();
    expect(calls).toEqual(["refresh"]);
    refreshed.resolve(alice);
    const [existing, ...renewed] = await all;
    expect(existing).toEqual({ status: "signed_in", token: alice });
    expect(renewed).toEqual([0, 1].map(() => ({ status: "signed_in", token: bob })));
    expect(calls).toEqual(["refresh", "renew"]);
  });

  it("that fails leaves the token that there is", async () => {
    const source = tokenSource({ getToken: () => alice, renew: () => Promise.reject(new Error("no")) });
    await expect(source.renew?.()).rejects.toThrow("no");
    expect(source.getSnapshot()).toEqual({ status: "signed_in", token: alice });
  });
});

describe("serverSource", () => {
  const claims = claimsFromToken(alice);

  it("is somebody's session without a token: a gateway adds what its cookie proves", async () => {
    const { pdp } = renderPage(serverSource({ getClaims: async () => claims }));
    await settle();
    expect(newest.session).toMatchObject({ status: "authenticated", orgCode: "org_a", principal: { id: "alice" } });
    expect(screen.getByText("allowed alice in org_a")).toBeDefined();
    expect(pdp.requests).toHaveLength(1);
    expect(pdp.requests[0]?.body).not.toHaveProperty("auxData");
  });

  it("has the same session id as a page that has the token", async () => {
    renderPage(serverSource({ getClaims: () => claims })).unmount();
    renderPage(serverSource({ getClaims: () => claims }));
    await settle();
    const { id } = newest.session;
    renderPage(tokenSource({ getToken: () => alice }));
    await settle();
    expect(newest.session.id).toBe(id);
  });

  it("sends nothing for nobody, and follows a sign-out", async () => {
    let now: object | null = claims;
    const store = tokenStore(null);
    const { pdp } = renderPage(
      serverSource({ getClaims: async () => now, subscribe: (notify) => store.subscribe(notify) }),
    );
    await settle();
    now = null;
    await after(() => store.set(null));
    expect(newest.session.status).toBe("signed_out");
    expect(screen.getByText("denied")).toBeDefined();
    expect(pdp.requests).toHaveLength(1);
  });

  it("has its claims refreshed before they end; if that fails, nothing is allowed", async () => {
    const newer = vi.fn(async () => ({ ...claims, exp: seconds(3600) }));
    const { pdp } = renderPage(serverSource({ getClaims: () => ({ ...claims, exp: seconds(5) }), refresh: newer }));
    await settle();
    expect([newer.mock.calls.length, pdp.requests.length]).toEqual([1, 1]);
    screen.getByText("allowed alice in org_a");
    document.body.innerHTML = "";
    const dead = { ...claims, exp: seconds(-60) };
    const over = renderPage(serverSource({ getClaims: async () => dead, refresh: () => Promise.reject(new Error()) }));
    await settle();
    expect([newest.session.status, over.pdp.requests]).toEqual(["expired", []]);
  });

  it("refuses claims that are no object, and names getClaims", async () => {
    renderPage(serverSource({ getClaims: () => untyped("claims") }));
    await settle();
    expect(newest.session.error).toMatchObject({
      code: "source_failed",
      message: expect.stringContaining("getClaims"),
    });
  });
});

const aliceNow = (): ReturnType<TokenSource["getSnapshot"]> => ({
  status: "signed_in",
  claims: claimsFromToken(alice),
});

/** A source whose snapshots are new objects each time. */
function ownSource(more: Partial<TokenSource> = {}): TokenSource {
  return { subscribe: () => () => {}, getSnapshot: aliceNow, refresh: async () => aliceNow(), ...more };
}

function Switcher(): ReactNode {
  // oxlint-disable react/immutability -- the test looks at what the newest render got
  newest.organizations = useOrganizations();
  newest.switching = useSwitchOrg();
  return <p>{newest.switching.error?.message}</p>;
}

describe("a source of your own", () => {
  it("may return a new snapshot each time", async () => {
    const { shown } = renderPage(ownSource());
    await settle();
    expect(screen.getByText("allowed alice in org_a")).toBeDefined();
    expect(shown.length).toBeLessThan(6);
  });

  it("switches as it can, with the options of the hook; all is pending meanwhile", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    let token = alice;
    const store = tokenStore(null);
    const switchOrg = vi.fn<NonNullable<TokenSource["switchOrg"]>>(async (_, { onStart }) => {
      onStart();
      await promise;
      token = aliceInB;
      store.set(null);
    });
    const subscribe = (listener: () => void): (() => void) => store.subscribe(listener);
    const getSnapshot: TokenSource["getSnapshot"] = () => ({ status: "signed_in", token });
    renderPage(ownSource({ switchOrg, subscribe, getSnapshot, organizations: () => ORGANIZATIONS }), {}, <Switcher />);
    await settle();
    expect(newest.organizations).toBe(ORGANIZATIONS);
    let result: Promise<boolean> | undefined;
    await after(() => (result = newest.switching?.switchOrg("org_b")));
    expect([switchOrg.mock.calls[0]?.[0], newest.switching?.isSwitching]).toEqual(["org_b", true]);
    expect(screen.getByText("pending")).toBeDefined();
    await after(() => resolve());
    expect([await result, newest.switching?.isSwitching, newest.switching?.error]).toEqual([true, false, null]);
    expect(screen.getByText("allowed alice in org_b")).toBeDefined();
  });

  it("that cannot switch says so, and the session goes on", async () => {
    renderPage(ownSource(), {}, <Switcher />);
    await settle();
    let result: Promise<boolean> | undefined;
    await after(() => (result = newest.switching?.switchOrg("org_b")));
    expect(await result).toBe(false);
    expect(newest.switching?.error).toMatchObject({
      code: "switch_failed",
      message: expect.stringContaining("switchOrg"),
    });
    expect([newest.session.status, newest.organizations]).toEqual(["authenticated", []]);
  });

  it.each<[string, NonNullable<TokenSource["switchOrg"]>, string]>([
    ["switches to nothing", async (_, { onStart }) => onStart(), "its token is for org_a"],
    ["begins when it is over", async (_, { onStart }) => void setTimeout(onStart), "its token is for org_a"],
    ["quotes the token", () => Promise.reject(new Error(`POST failed for ${alice}`)), "see the cause"],
  ])("that %s: it fails, nothing is pending, and no token shows", async (_, switchOrg, says) => {
    renderPage(ownSource({ switchOrg }), {}, <Switcher />);
    await settle();
    let result: Promise<boolean> | undefined;
    await after(() => (result = newest.switching?.switchOrg("org_b")));
    expect([await result, newest.switching?.isSwitching]).toEqual([false, false]);
    expect(newest.switching?.error).toMatchObject({ code: "switch_failed", message: expect.stringContaining(says) });
    expect(findByOwnProperties({ error: newest.switching?.error }, SIGNATURE)).toEqual([]);
    expect(screen.getByText("allowed alice in org_a")).toBeDefined();
  });

  it("whose switchFailure throws at once leaves the page alone", async () => {
    renderPage(ownSource({ switchFailure: untyped(() => untyped(JSON.parse("{"))) }), {}, <Switcher />);
    await settle();
    expect(screen.getByText("allowed alice in org_a")).toBeDefined();
  });

  it("may return a new list of organizations each time", async () => {
    renderPage(ownSource({ organizations: () => [{ code: "org_b", name: "Birch" }] }), {}, <Switcher />);
    await settle();
    expect(newest.organizations).toEqual(ORGANIZATIONS);
  });

  it.each([
    ["an error that is none of ours", { status: "error", error: new Error("down") }],
    ["nothing", undefined],
    ["claims that are not JSON", { status: "signed_in", claims: { sub: "alice", big: 5n } }],
  ])("that has %s is an error, and nothing is allowed", async (_, snapshot) => {
    const { pdp } = renderPage(ownSource({ getSnapshot: () => untyped(snapshot) }));
    await settle();
    expect(newest.session).toMatchObject({ status: "error", error: { code: "source_failed" } });
    expect(pdp.requests).toEqual([]);
  });

  it("that changes its claims in place is seen to", async () => {
    const store = tokenStore(null);
    const claims = { ...claimsFromToken(alice) };
    const getSnapshot: TokenSource["getSnapshot"] = () => ({ status: "signed_in", claims });
    renderPage(ownSource({ getSnapshot, subscribe: (listener) => store.subscribe(listener) }));
    await settle();
    Object.assign(claims, { sub: "bob" });
    await after(() => store.set(null));
    expect(screen.getByText("allowed bob in org_a")).toBeDefined();
  });

  it("whose subscribe returns nothing can leave the page", async () => {
    const { unmount } = renderPage(ownSource({ subscribe: () => untyped(undefined) }));
    await settle();
    unmount();
    renderPage(tokenSource({ getToken: async () => alice, subscribe: () => untyped(undefined) })).unmount();
    await settle();
    expect(document.body.textContent).toBe("");
  });

  it("tells of a switch that left the page and failed", async () => {
    const switchFailure = vi.fn(async () => new AuthzError("switch_not_member", "not a member"));
    renderPage(ownSource({ switchFailure }), {}, <Switcher />);
    await settle();
    expect(switchFailure).toHaveBeenCalledWith("org_a");
    expect(screen.getByText("not a member")).toBeDefined();
  });

  it("follows other tabs, tells them of its session, and stops when the page goes", async () => {
    const stop = vi.fn();
    const tabs = { follow: vi.fn(() => stop), tell: vi.fn() };
    const { unmount } = renderPage(ownSource({ tabs }));
    await settle();
    expect(tabs.tell.mock.calls).toEqual([[claimsFromToken(alice)]]);
    unmount();
    expect([tabs.follow.mock.calls.length, stop.mock.calls.length]).toEqual([1, 1]);
  });

  it.each([null, {}, "token", undefined, { getSnapshot: aliceNow }])(
    "refuses %j in its place, with what to do",
    (source) => {
      vi.spyOn(console, "error").mockImplementation(() => {});
      expect(() => renderPage(untyped(source))).toThrow(
        expect.objectContaining({ code: "invalid_option", message: expect.stringContaining("@kinde-cerbos/react") }),
      );
      vi.mocked(console.error).mockReset();
    },
  );
});

const ORGANIZATIONS = [{ code: "org_b", name: "Birch" }];

describe("pdp as an address", () => {
  it("is called with the client of core, and no token is in the address", async () => {
    const fetched = vi.fn(async (_url: string, init: RequestInit) =>
      Response.json(answerTo(await new Request("http://pdp.test", init).json())),
    );
    vi.stubGlobal("fetch", fetched);
    renderPage(tokenSource({ getToken: () => alice }), { pdp: "/authz" });
    await settle();
    expect(fetched.mock.calls.map(([url]) => url)).toEqual(["/authz/api/check/resources"]);
    expect(screen.getByText("allowed alice in org_a")).toBeDefined();
    vi.unstubAllGlobals();
  });

  it.each([
    "authz",
    "",
    "//evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "ftp://pdp",
    "https://",
    "https://user:pass@pdp.example",
    "/authz?x=1",
    "/authz#a",
    undefined,
    null,
    {},
    () => {},
  ])("refuses %j, which is neither an address nor a client", (pdp) => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    expect(() => renderPage(tokenSource({ getToken: () => alice }), { pdp: untyped(pdp) })).toThrow(
      expect.objectContaining({ code: "invalid_option", message: expect.stringContaining('such as "/authz"') }),
    );
    vi.mocked(console.error).mockReset();
  });
});
