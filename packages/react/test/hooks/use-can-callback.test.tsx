import { type CanCallbackOptions, useCan, useCanCallback } from "@kinde-cerbos/react";
import { recordedChecks, renderHookWithPermissions, type TestPermissions } from "@kinde-cerbos/testing";
import { onlineManager, QueryClient } from "@tanstack/react-query";
import { renderHook } from "@testing-library/react";
import { type ReactNode } from "react";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import {
  after,
  answerTo,
  type AppOptions,
  askedOf,
  document1,
  FakeKinde,
  fakePdp,
  renderApp,
  renderAsking,
  settle,
  slowPdp,
  tokenOf,
  UNAVAILABLE,
} from "../support.tsx";

const view: CanCallbackOptions = { action: "view", resource: document1 };

/** What a promise has come to so far. */
function outcomeOf(promise: Promise<unknown>): { now: unknown } {
  const outcome: { now: unknown } = { now: "pending" };
  promise.then(
    (value) => (outcome.now = value),
    (error: unknown) => (outcome.now = error),
  );
  return outcome;
}

/** Renders a component that asks in events. */
async function renderCallback(app: AppOptions = {}) {
  const { last, results } = renderAsking(useCanCallback, undefined, app);
  await settle();
  return {
    results,
    last,
    /** Asks, and waits for the answer. */
    can: async (options: CanCallbackOptions = view): Promise<unknown> => {
      const outcome = outcomeOf(last()(options));
      await settle();
      return outcome.now;
    },
  };
}

/** The same for the user of a test: what an event gets. */
function canOf(permissions: TestPermissions) {
  const { result } = renderHookWithPermissions(() => useCanCallback(), permissions);
  return (options: CanCallbackOptions = view): Promise<boolean> => result.current(options);
}
const ALLOWED: TestPermissions = { can: { document: true } };

/** A button that is there because of a check, in a menu that closes. */
function Item(): ReactNode {
  return useCan({ action: "view", resource: document1 }).status;
}

describe("can", () => {
  it.each([true, false])("resolves to %s where the policy says so", async (allowed) => {
    const can = canOf({ can: () => Promise.resolve(allowed) });
    expect(await can()).toBe(allowed);
    expect(recordedChecks()).toMatchObject([{ kind: "document", id: "1", action: "view" }]);
  });

  it.each([
    ["no answer", () => Promise.reject(UNAVAILABLE), "pdp_unavailable"],
    ["a refused token", () => Promise.reject({ code: 16, details: "no" }), "session_expired"],
    ["an answer that is none", () => "<html>", "malformed_response"],
  ])("rejects on %s", async (_, respond, code) => {
    const { can } = await renderCallback({ pdp: fakePdp(respond) });
    expect(await can()).toMatchObject({ code });
  });

  it("resolves to false on an effect that nobody knows", async () => {
    const pdp = fakePdp(() => ({ results: [{ resource: document1, actions: { view: "EFFECT_MAYBE" } }] }));
    const { can } = await renderCallback({ pdp });
    expect(await can()).toBe(false);
  });

  it("rejects a check that cannot be asked, and throws nothing at once", async () => {
    const asked = canOf(ALLOWED)({ action: "view", resource: { kind: "document", id: "" } });
    await expect(asked).rejects.toMatchObject({ code: "invalid_check" });
    expect(recordedChecks()).toEqual([]);
  });

  it("asks nothing on its own", async () => {
    canOf(ALLOWED);
    await settle();
    expect(recordedChecks()).toEqual([]);
  });

  it("is the same function at each render, and after a refresh of the token", async () => {
    const kinde = new FakeKinde().signIn();
    const { results, last } = await renderCallback({ kinde });
    const before = last();
    results.length = 0;
    await after(() => kinde.signIn(tokenOf({ iat: 1 })));
    expect(results.every((can) => can === before)).toBe(true);
  });

  it("goes in one request with others of the same event", async () => {
    const pdp = fakePdp();
    const { last } = await renderCallback({ pdp });
    await after(() => {
      void last()(view);
      void last()({ action: "edit", resource: document1 });
    });
    expect(askedOf(pdp)).toEqual([["1: view edit"]]);
  });
});

describe("the cache", () => {
  it("answers what is fresh; staleTime: 0 asks in any case", async () => {
    const pdp = fakePdp();
    const { can } = await renderCallback({ pdp });
    await can();
    expect(await can()).toBe(true);
    expect(pdp.requests).toHaveLength(1);
    await can({ ...view, staleTime: 0 });
    expect(pdp.requests).toHaveLength(2);
  });

  it("does not give a request that is under way for an answer to staleTime: 0", async () => {
    const pdp = slowPdp();
    const { last } = await renderCallback({ pdp });
    const before = outcomeOf(last()(view));
    await settle();
    const anew = outcomeOf(last()({ ...view, staleTime: 0 }));
    await settle();
    expect(pdp.requests.map(({ signal }) => signal.aborted)).toEqual([true, false]);
    await after(pdp.answer);
    // Who waited for the one that was given up has the new answer too.
    expect([before.now, anew.now]).toEqual([true, true]);
  });

  it("never answers what is stale: where the PDP is down it rejects, though hooks show the last decision", async () => {
    let isDown = false;
    const queryClient = new QueryClient();
    const pdp = fakePdp((body) => (isDown ? Promise.reject(UNAVAILABLE) : answerTo(body)));
    const { can } = await renderCallback({ pdp, queryClient });
    await can();
    isDown = true;
    await queryClient.invalidateQueries();
    expect(await can()).toMatchObject({ code: "pdp_unavailable" });
  });

  it.each([true, false])(
    "rejects without a network, and a hook goes on to wait for it: %s",
    async (refetchOnReconnect) => {
      const pdp = fakePdp((body) => (onlineManager.isOnline() ? answerTo(body) : Promise.reject(UNAVAILABLE)));
      const queryClient = new QueryClient({ defaultOptions: { queries: { refetchOnReconnect } } });
      const kinde = new FakeKinde().signIn();
      const { can } = await renderCallback({ pdp, queryClient, kinde });
      onlineManager.setOnline(false);
      onTestFinished(() => onlineManager.setOnline(true));
      renderApp(<Item />, { pdp, queryClient, kinde });
      await settle();
      expect(document.body.textContent).toBe("pending");
      expect(await can()).toMatchObject({ code: "pdp_unavailable" });
      await settle();
      expect(document.body.textContent).toBe("pending");
      await after(() => onlineManager.setOnline(true));
      expect(document.body.textContent).toBe("allowed");
      onlineManager.setOnline(false);
      // Fresh.
      expect(await can()).toBe(true);
      expect(await can({ ...view, action: "edit" })).toMatchObject({ code: "pdp_unavailable" });
    },
  );

  it("does not send again what was refused, for a hook that waits for the network", async () => {
    const pdp = fakePdp(() => Promise.reject({ code: 7, details: "forbidden" }));
    const app = { pdp, queryClient: new QueryClient(), kinde: new FakeKinde().signIn() };
    const { can } = await renderCallback(app);
    onlineManager.setOnline(false);
    onTestFinished(() => onlineManager.setOnline(true));
    renderApp(<Item />, app);
    await settle();
    expect(await can()).toMatchObject({ code: "request_refused" });
    await settle();
    expect(document.body.textContent).toBe("error");
    expect(pdp.requests).toHaveLength(1);
  });

  it("remembers a refusal that no component has seen, whatever fails next", async () => {
    let failure: object | null = null;
    const pdp = fakePdp((body) => (failure ? Promise.reject(failure) : answerTo(body)));
    const app = { pdp, queryClient: new QueryClient(), kinde: new FakeKinde().signIn() };
    const { can } = await renderCallback(app);
    expect(await can()).toBe(true);
    failure = { code: 7, details: "forbidden" };
    await app.queryClient.invalidateQueries();
    expect(await can()).toMatchObject({ code: "request_refused" });
    failure = UNAVAILABLE;
    expect(await can()).toMatchObject({ code: "pdp_unavailable" });
    renderApp(<Item />, app);
    await settle();
    expect(document.body.textContent).toBe("error");
  });

  it("keeps what was asked for the hooks", async () => {
    const pdp = fakePdp();
    const queryClient = new QueryClient();
    const kinde = new FakeKinde().signIn();
    const { can } = await renderCallback({ pdp, queryClient, kinde });
    await can();
    renderApp(<Item />, { pdp, queryClient, kinde });
    await settle();
    expect(document.body.textContent).toBe("allowed");
    expect(pdp.requests).toHaveLength(1);
  });
});

/** A menu and a callback of one app; the menu is closed by its second state. */
async function openMenu(pdp: ReturnType<typeof slowPdp>, queryClient: QueryClient) {
  const { last, change } = renderAsking<boolean, ReturnType<typeof useCanCallback>>(
    (isOpen: boolean) => {
      useCan({ action: "view", resource: document1, enabled: isOpen });
      return useCanCallback();
    },
    true,
    { pdp, queryClient },
  );
  await settle();
  return { can: last(), close: () => change(false) };
}

describe("a component that goes while it asks", () => {
  it("does not take the answer away", async () => {
    const pdp = slowPdp();
    const { can, close } = await openMenu(pdp, new QueryClient());
    const outcome = outcomeOf(can(view));
    close();
    await settle();
    expect(outcome.now).toBe("pending");
    expect(pdp.requests.map(({ signal }) => signal.aborted)).toEqual([false]);
    await after(pdp.answer);
    expect(outcome.now).toBe(true);
  });

  it("does not put an older answer in its place", async () => {
    const pdp = slowPdp();
    const queryClient = new QueryClient();
    const { can, close } = await openMenu(pdp, queryClient);
    await after(pdp.answer);
    const outcome = outcomeOf(can({ ...view, staleTime: 0 }));
    await settle();
    close();
    await settle();
    expect(outcome.now).toBe("pending");
    await after(pdp.answer);
    expect(outcome.now).toBe(true);
    expect(pdp.requests).toHaveLength(2);
  });
});

describe("the session", () => {
  it("that is loading rejects with session_loading, and asks nothing", async () => {
    const pdp = fakePdp();
    const kinde = new FakeKinde().signIn().update({ isLoading: true });
    const { can } = await renderCallback({ kinde, pdp });
    expect(await can()).toMatchObject({ code: "session_loading" });
    expect(pdp.requests).toEqual([]);
  });

  it("that cannot be used rejects with its error", async () => {
    const { can } = await renderCallback({ kinde: new FakeKinde().signIn("not a token") });
    expect(await can()).toMatchObject({ code: "invalid_token" });
  });

  it("that ends while it asks allows nothing, whatever the late answer is", async () => {
    const pdp = slowPdp();
    const kinde = new FakeKinde().signIn();
    const { last } = await renderCallback({ kinde, pdp });
    const outcome = outcomeOf(last()(view));
    await settle();
    await after(() => kinde.signIn(tokenOf({ org_code: "org_b" })));
    await after(pdp.answer);
    expect(outcome.now).toMatchObject({ code: expect.stringMatching(/^session_(ended|loading)$/) });
  });

  it("of another user leaves nothing in the cache of what was under way", async () => {
    const pdp = slowPdp();
    const kinde = new FakeKinde().signIn();
    const queryClient = new QueryClient();
    const { last } = await renderCallback({ kinde, pdp, queryClient });
    const outcome = outcomeOf(last()(view));
    await settle();
    await after(() => kinde.signIn(tokenOf({ sub: "bob" })));
    expect(outcome.now).toMatchObject({ code: expect.stringMatching(/^(session_ended|session_loading|aborted)$/) });
    expect(queryClient.getQueryCache().getAll()).toEqual([]);
  });

  it("that has changed in storage, before any render: nothing is allowed from the cache", async () => {
    const kinde = new FakeKinde().signIn();
    const { can, last } = await renderCallback({ kinde });
    expect(await can()).toBe(true);
    let outcome: { now: unknown } | undefined;
    await after(() => {
      kinde.store(tokenOf({ sub: "mallory" }));
      outcome = outcomeOf(last()(view));
    });
    expect(outcome?.now).toMatchObject({ code: "session_loading" });
  });
});

describe("a gate", () => {
  it("that is closed is false, and asks nothing", async () => {
    const can = canOf(ALLOWED);
    expect(await can({ ...view, permission: "read:docs" })).toBe(false);
    expect(await can({ ...view, flag: { key: "beta", value: true } })).toBe(false);
    expect(await can({ ...view, entitlement: "pro" })).toBe(false);
    expect(recordedChecks()).toEqual([]);
  });

  it("that is not loaded is closed", async () => {
    // @ts-expect-error -- a permission that is not loaded
    expect(await canOf(ALLOWED)({ ...view, permission: undefined })).toBe(false);
    expect(recordedChecks()).toEqual([]);
  });

  it("that is open leaves it to the PDP", async () => {
    const can = canOf({ user: { permissions: ["read:docs"] }, can: { document: false } });
    expect(await can({ ...view, permission: "read:docs" })).toBe(false);
    expect(recordedChecks()).toHaveCheckedTimes({ action: "view", answer: "denied" }, 1);
  });
});

describe("promise 11: outside of PermissionsProvider", () => {
  it("throws, and names the hook", () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    expect(() => renderHook(() => useCanCallback())).toThrow(expect.objectContaining({ code: "no_provider" }));
    vi.mocked(console.error).mockReset();
  });
});
