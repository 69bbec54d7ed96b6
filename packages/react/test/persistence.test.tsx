// A cache that react-query's own tools keep in localStorage, over page loads. A page load is another QueryClient,
// another Kinde and another React root; what stays is what a browser keeps.
import { type CanResult, decisionFilters, PermissionsProvider } from "@kinde-cerbos/react";
import { createAsyncStoragePersister } from "@tanstack/query-async-storage-persister";
import { QueryClient } from "@tanstack/react-query";
import { PersistQueryClientProvider } from "@tanstack/react-query-persist-client";
import { render } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import {
  after,
  decidedFor,
  document1,
  FakeKinde,
  FakeKindeProvider,
  type FakePdp,
  fakePdp,
  Probe,
  settle,
  SIGNATURE,
  tokenOf,
} from "./support.tsx";

const aliceInA = tokenOf();
const aliceInB = tokenOf({ org_code: "org_b" });
const bob = tokenOf({ sub: "bob" });

const STORAGE_KEY = "cache";
/** What the browser keeps. */
const stored = (): string => localStorage.getItem(STORAGE_KEY) ?? "";
/** A PDP that never answers: what is shown was not asked here. */
const silent = (): FakePdp => fakePdp(() => new Promise(() => {}));

interface LoadOptions {
  readonly pdp?: FakePdp;
  /** What the storage waits for before it says what it has. */
  readonly storage?: Promise<void>;
}

/** Loads the page. `renders` is what each render of a component that asks has got. */
async function load({ pdp = fakePdp(), storage }: LoadOptions = {}) {
  const kinde = new FakeKinde().update({ isLoading: true });
  const renders: CanResult[] = [];
  const queryClient = new QueryClient();
  const persister = createAsyncStoragePersister({
    storage: {
      getItem: async (key) => {
        await storage;
        return localStorage.getItem(key);
      },
      setItem: async (key, value) => localStorage.setItem(key, value),
      removeItem: async (key) => localStorage.removeItem(key),
    },
    key: STORAGE_KEY,
    throttleTime: 0,
  });
  const { unmount } = render(
    <PersistQueryClientProvider client={queryClient} persistOptions={{ persister }}>
      <FakeKindeProvider kinde={kinde}>
        <PermissionsProvider pdp={pdp}>
          <Probe action="view" resource={document1} onRender={(result) => renders.push(result)} />
        </PermissionsProvider>
      </FakeKindeProvider>
    </PersistQueryClientProvider>,
  );
  await settle();
  const shown = (): string[] => renders.map((result) => `${result.status} ${decidedFor(result) ?? ""}`.trim());
  return { kinde, pdp, shown, unmount, queryClient };
}

/** Loads the page, lets somebody in (or nobody, for `null`), and leaves it once all is on disk. */
async function visit(token: string | null, options: LoadOptions = {}): Promise<void> {
  const { kinde, unmount } = await load(options);
  await after(() => (token === null ? kinde.update({ isLoading: false }) : kinde.signIn(token)));
  await after(unmount);
}

describe("a page load with a persisted cache", () => {
  it("after a switch of the organization by redirect shows what is known there at once, and asks nothing", async () => {
    await visit(aliceInA);
    await visit(aliceInB);
    const { kinde, pdp, shown } = await load();
    // Kinde restores the organization of before, and exchanges the code for the other.
    await after(() => kinde.store(aliceInB).update({ isAuthenticated: true }));
    await after(() => kinde.signIn(tokenOf({ jti: "another token of the same rights" })));
    expect([...new Set(shown())]).toEqual(["pending", "allowed alice in org_a"]);
    expect(pdp.requests).toEqual([]);
  });

  // A version that does not wait asks what it is about to be told.
  it("asks nothing before a slow storage has answered", async () => {
    await visit(aliceInA);
    const { promise, resolve } = Promise.withResolvers<void>();
    const { kinde, pdp, shown } = await load({ storage: promise });
    await after(() => kinde.signIn(aliceInA));
    expect([...new Set(shown())]).toEqual(["pending"]);
    await after(resolve);
    expect(shown().at(-1)).toBe("allowed alice in org_a");
    expect(pdp.requests).toEqual([]);
  });

  it("asks where the storage fails", async () => {
    // react-query says so itself, in development.
    for (const level of ["error", "warn"] as const) vi.spyOn(console, level).mockImplementation(() => undefined);
    const { kinde, pdp, shown } = await load({ storage: Promise.reject(new Error("The disk is full of holes.")) });
    await after(() => kinde.signIn(aliceInA));
    expect(shown().at(-1)).toBe("allowed alice in org_a");
    expect(pdp.requests).toHaveLength(1);
    for (const level of ["error", "warn"] as const) vi.mocked(console[level]).mockReset();
  });

  it.each([
    ["of another user", bob],
    ["of another organization", aliceInB],
    ["of other rights", tokenOf({ permissions: ["edit"] })],
  ])("in not one render shows a decision %s", async (_, token) => {
    await visit(aliceInA);
    const { kinde, pdp, shown } = await load({ pdp: silent() });
    await after(() => kinde.signIn(token));
    expect([...new Set(shown())]).toEqual(["pending"]);
    expect(pdp.requests).toHaveLength(1);
  });

  it("in not one render shows a decision that is older than maxAge", async () => {
    await visit(aliceInA);
    const aged = stored().replaceAll(
      /"dataUpdatedAt":(\d+)/g,
      (_, time) => `"dataUpdatedAt":${Number(time) - 300_000}`,
    );
    localStorage.setItem(STORAGE_KEY, aged);
    const { kinde, pdp, shown } = await load({ pdp: silent() });
    await after(() => kinde.signIn(aliceInA));
    expect([...new Set(shown())]).toEqual(["pending"]);
    expect(pdp.requests).toHaveLength(1);
  });
});

describe("what is persisted", () => {
  it("names neither the token nor the user", async () => {
    const pdp = fakePdp(({ resources }) => ({
      results: resources.map(({ resource, actions }) => ({
        resource,
        actions: Object.fromEntries(actions.map((action) => [action, "EFFECT_ALLOW"])),
      })),
    }));
    await visit(tokenOf({ sub: "kp_0123456789", email: "alice@example.com" }), { pdp });
    expect(stored()).toContain('"allowed":true');
    for (const secret of [SIGNATURE, "kp_0123456789", "alice@example.com"]) expect(stored()).not.toContain(secret);
  });

  it("is kept for all organizations of a user", async () => {
    await visit(aliceInA);
    await visit(aliceInB);
    expect(stored()).toContain("alice in org_a");
    expect(stored()).toContain("alice in org_b");
  });

  // A version that remembers in memory who was there before knows of nobody after a page load.
  it.each([
    ["nobody", () => visit(null)],
    ["another user", () => visit(bob)],
  ])("goes when the next page load is of %s", async (_, next) => {
    await visit(aliceInA);
    await visit(aliceInB);
    const { queryClient, unmount } = await load();
    await after(() => queryClient.setQueryData(["documents"], "the app's own"));
    await after(unmount);
    await next();
    expect(stored()).not.toContain("alice in");
    expect(stored()).toContain("the app's own");
  });

  it("stays while Kinde is loading: nobody has left", async () => {
    await visit(aliceInA);
    const { queryClient, unmount } = await load();
    expect(queryClient.getQueryCache().findAll(decisionFilters())).toHaveLength(1);
    await after(unmount);
    expect(stored()).toContain("alice in org_a");
  });
});
