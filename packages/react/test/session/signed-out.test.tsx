// What every hook and component says while nobody is signed in: nothing is sent, nothing is kept, everything is denied.
import { HTTP } from "@cerbos/http";
import { AuthzError, createAuthorizer, createSession, matchesPlan } from "@kinde-cerbos/core";
import {
  Can,
  type CanResult,
  type ClosedReason,
  decisionQuery,
  ensureCan,
  PermissionsProvider,
  useAuthorizer,
  useCan,
  useCanActions,
  useCanCallback,
  useCanList,
  usePermissionsSession,
  usePlan,
  useSuspenseCan,
} from "@kinde-cerbos/react";
import { QueryClient } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import { Component, type ReactNode, Suspense } from "react";
import { describe, expect, expectTypeOf, it, vi } from "vitest";
import {
  after,
  document1,
  FakeKinde,
  FakeKindeProvider,
  type FakePdp,
  fakePdp,
  Probe,
  renderApp,
  renderAsking,
  settle,
  tokenOf,
} from "../support.tsx";

const view = { action: "view", resource: document1 };
const plan = { action: "view", kind: "document", attr: { orgCode: "org_a" } };
const DENIED = {
  status: "denied",
  allowed: false,
  isPending: false,
  decision: null,
  reason: "signed_out",
  error: null,
};
const SETTLED = { status: "settled", isPending: false, isFetching: false, error: null };

class Boundary extends Component<{ readonly children: ReactNode }> {
  override state: { readonly error: unknown } = { error: null };

  static getDerivedStateFromError(error: unknown): object {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    return error === null ? this.props.children : <p>failed {error instanceof AuthzError && error.code}</p>;
  }
}

function Suspending(): ReactNode {
  return <p>{useSuspenseCan(view).reason}</p>;
}

/** What a page says that gets no answer from this address. */
async function messageFrom(address: string): Promise<string> {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const { last, unmount } = renderAsking(useCan, view, { pdp: new HTTP(address) });
  await settle();
  await vi.advanceTimersByTimeAsync(10_000);
  vi.useRealTimers();
  await settle();
  const { error } = last();
  unmount();
  expect(error).toMatchObject({ code: "pdp_unavailable" });
  return String(error?.message);
}

/** A page on which nobody is signed in, and all that it may ask. */
function signedOutPage(pdp: FakePdp = fakePdp()) {
  const plans: unknown[] = [];
  const planResources = async (body: unknown) => {
    plans.push(body);
    return { cerbosCallId: "call-1", kind: "KIND_ALWAYS_ALLOWED", validationErrors: [] };
  };
  const queryClient = new QueryClient();
  const told = { onBatch: vi.fn<() => void>(), onDecision: vi.fn<() => void>() };
  return {
    app: { kinde: new FakeKinde(), pdp: { ...pdp, planResources }, queryClient, ...told },
    /** Nothing was sent, kept or told of. */
    expectNothing: () => {
      expect([pdp.requests, plans, queryClient.getQueryCache().getAll()]).toEqual([[], [], []]);
      expect([told.onBatch, told.onDecision].map(({ mock }) => mock.calls)).toEqual([[], []]);
    },
  };
}

describe("nobody signed in: denied at once, and nothing is sent", () => {
  it("useCan", async () => {
    const { app, expectNothing } = signedOutPage();
    const { last, results } = renderAsking(useCan, view, app);
    await settle();
    expect(last()).toMatchObject({ ...DENIED, isFetching: false });
    await last().refetch();
    // Pending only as long as it is not known that nobody is signed in, and one object from then on.
    expect([...new Set(results.map(({ status }) => status))]).toEqual(["pending", "denied"]);
    expect(new Set(results.slice(1)).size).toBe(1);
    expectNothing();
  });

  it("useCan with a gate: nobody signed in is the reason", async () => {
    const { app, expectNothing } = signedOutPage();
    const { last } = renderAsking(useCan, { ...view, permission: "read:docs" }, app);
    await settle();
    expect(last()).toMatchObject(DENIED);
    expectNothing();
  });

  it("useCan with enabled: false stays pending", async () => {
    const { app, expectNothing } = signedOutPage();
    const { last } = renderAsking(useCan, { ...view, enabled: false }, app);
    await settle();
    expect(last()).toMatchObject({ status: "pending", reason: null });
    expectNothing();
  });

  it("useCanActions", async () => {
    const { app, expectNothing } = signedOutPage();
    const { last } = renderAsking(useCanActions, { actions: ["view", "edit"], resource: document1 }, app);
    await settle();
    expect(last()).toMatchObject({
      ...SETTLED,
      allowed: { view: false, edit: false },
      results: { view: DENIED, edit: DENIED },
    });
    expectNothing();
  });

  it("useCanList", async () => {
    const { app, expectNothing } = signedOutPage();
    const { last } = renderAsking(
      useCanList,
      { action: "view", resources: [document1, { kind: "document", id: "2" }] },
      app,
    );
    await settle();
    expect(last()).toMatchObject({ ...SETTLED, allowed: [], results: [DENIED, DENIED] });
    expectNothing();
  });

  it("useCanCallback", async () => {
    const { app, expectNothing } = signedOutPage();
    const { last } = renderAsking(useCanCallback, undefined, app);
    await settle();
    expect(await last()(view)).toBe(false);
    expect(await last()({ ...view, staleTime: 0 })).toBe(false);
    expectNothing();
  });

  it("useSuspenseCan, which does not suspend or throw", async () => {
    const { app, expectNothing } = signedOutPage();
    renderApp(
      <Suspense fallback="suspended">
        <Suspending />
      </Suspense>,
      app,
    );
    expect(await screen.findByText("signed_out")).toBeDefined();
    expectNothing();
  });

  it("Can, and its fallback gets the reason", async () => {
    const { app, expectNothing } = signedOutPage();
    renderApp(
      <Can {...view} fallback={({ reason }) => reason} error="error" loading="loading">
        allowed
      </Can>,
      app,
    );
    expect(await screen.findByText("signed_out")).toBeDefined();
    expectNothing();
  });

  it("usePlan: a plan that denies all, the same one at each render", async () => {
    const { app, expectNothing } = signedOutPage();
    const { last, change } = renderAsking(usePlan, plan, app);
    await settle();
    const first = last();
    expect(first).toMatchObject({ ...SETTLED, kind: "ALWAYS_DENIED", reason: "signed_out" });
    expect(first.plan).toEqual({
      kind: "ALWAYS_DENIED",
      actions: ["view"],
      resourceKind: "document",
      attr: { orgCode: "org_a" },
      validationErrors: [],
      callId: "",
    });
    expect(first.plan && matchesPlan(first.plan, { ...document1, attr: { orgCode: "org_a" } })).toBe(false);
    change({ ...plan, attr: { orgCode: "org_a" } });
    expect(last()).toBe(first);
    change({ ...plan, action: "edit" });
    expect(last()).toMatchObject({ kind: "ALWAYS_DENIED", plan: { actions: ["edit"] } });
    expectNothing();
  });

  it("usePlan with enabled: false stays pending, and a query that is none is an error", async () => {
    const { app, expectNothing } = signedOutPage();
    const { last, change } = renderAsking<Parameters<typeof usePlan>[0], ReturnType<typeof usePlan>>(
      usePlan,
      { ...plan, enabled: false },
      app,
    );
    await settle();
    expect(last()).toMatchObject({ status: "pending", plan: null, reason: null });
    change({ ...plan, kind: "" });
    expect(last()).toMatchObject({ status: "error", plan: null, reason: null, error: { code: "invalid_check" } });
    expectNothing();
  });

  it("ensureCan and the authorizer of useAuthorizer, with signed_out", async () => {
    const { app, expectNothing } = signedOutPage();
    const { last } = renderAsking(useAuthorizer, undefined, app);
    await settle();
    const authorizer = last()!;
    const refused = [
      ensureCan(app.queryClient, authorizer, view),
      authorizer.check(view),
      authorizer.checkAll([view]),
      authorizer.plan(plan),
    ];
    for (const outcome of await Promise.allSettled(refused)) {
      expect(outcome).toMatchObject({ status: "rejected", reason: { name: "AuthzError", code: "signed_out" } });
    }
    expectNothing();
    // A query of the app's own is not sent either.
    await expect(app.queryClient.fetchQuery(decisionQuery(authorizer, view))).rejects.toThrow(AuthzError);
    app.queryClient.clear();
    expectNothing();
  });

  it("usePermissionsSession, without a principal", async () => {
    const { last } = renderAsking(usePermissionsSession, undefined, signedOutPage().app);
    await settle();
    expect(last()).toMatchObject({ status: "signed_out", id: null, principal: null, error: null });
  });
});

describe("a sign-in on the same page", () => {
  it("is asked, and a sign-out leaves nothing", async () => {
    const pdp = fakePdp();
    const { app, expectNothing } = signedOutPage(pdp);
    const { last, results } = renderAsking(useCan, view, app);
    await settle();
    expectNothing();
    results.length = 0;
    await after(() => app.kinde.signIn());
    expect(last()).toMatchObject({ status: "allowed" });
    // In between it is pending: "denied" would be said of a user who has not been asked for.
    expect(results.map(({ status }) => status)).not.toContain("denied");
    results.length = 0;
    await after(() => app.kinde.signOut());
    expect(last()).toMatchObject(DENIED);
    expect(results.map(({ status }) => status)).not.toContain("allowed");
    expect(app.queryClient.getQueryCache().getAll()).toEqual([]);
    expect(pdp.requests).toHaveLength(1);
  });

  it("gives loaders another authorizer, and so does a sign-out: they run again for it", async () => {
    const { app } = signedOutPage();
    const { results } = renderAsking(useAuthorizer, undefined, app);
    await settle();
    await after(() => app.kinde.signIn());
    await after(() => app.kinde.signOut());
    const users = results.flatMap((authorizer) => authorizer?.session.principal.id ?? []);
    expect([...new Set(users)]).toEqual(["anonymous", "alice"]);
    expect(users.at(-1)).toBe("anonymous");
  });
});

describe("a PDP that gives no answer", () => {
  it("on the page's own origin is not said to lack it in its CORS list", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
    expect(await messageFrom("/authz")).not.toContain("CORS");
    expect(await messageFrom("https://pdp.test")).toContain(`does its CORS list allow ${window.location.origin}?`);
    vi.unstubAllGlobals();
  });
});

describe("a session that is over is none that is signed out", () => {
  it("is expired, with its error", async () => {
    const kinde = new FakeKinde().signIn(tokenOf({ exp: 1 }));
    const { last } = renderAsking(useCan, view, { kinde, refreshGraceMs: 0 });
    await settle();
    expect(last()).toMatchObject({ status: "error", reason: null, error: { code: "session_expired" } });
  });
});

describe("anonymous on the provider", () => {
  it("sends checks of nobody, as the anonymous principal and without a token", async () => {
    const pdp = fakePdp();
    const { app } = signedOutPage(pdp);
    const { last } = renderAsking(useCan, view, { ...app, anonymous: true });
    await settle();
    expect(last()).toMatchObject({ status: "allowed", reason: null });
    const [request] = pdp.requests;
    expect(request?.body.principal).toEqual({ id: "anonymous", roles: ["anonymous"], attr: {} });
    expect(request?.body).not.toHaveProperty("auxData");
    expect(app.onDecision).toHaveBeenCalledOnce();
  });

  it("passes on what a gateway without it says", async () => {
    const message = "The request has no token. Sign in, and send the Kinde access token.";
    const { app } = signedOutPage(fakePdp(() => Promise.reject({ code: 16, details: message })));
    const { last } = renderAsking(useCan, view, { ...app, anonymous: true });
    await settle();
    expect(last()).toMatchObject({ status: "error", error: { code: "token_refused", message } });
  });

  it("can be turned on and off while the page is there", async () => {
    const {
      app: { kinde, pdp, queryClient },
    } = signedOutPage();
    const page = (anonymous: boolean) => (
      <FakeKindeProvider kinde={kinde}>
        <PermissionsProvider pdp={pdp} queryClient={queryClient} anonymous={anonymous}>
          <Probe {...view} onRender={() => undefined} />
        </PermissionsProvider>
      </FakeKindeProvider>
    );
    const { rerender } = render(page(true));
    await screen.findByText("allowed nobody");
    rerender(page(false));
    expect(screen.getByText("denied")).toBeDefined();
    rerender(page(true));
    expect(screen.getByText("allowed nobody")).toBeDefined();
  });

  it("is what takes decisions of nobody that a server has asked ahead", async () => {
    const pdp = fakePdp();
    const { app } = signedOutPage(pdp);
    const authorizer = createAuthorizer({ pdp: fakePdp(), session: await createSession(null) });
    await app.queryClient.prefetchQuery(decisionQuery(authorizer, view));
    const off = renderAsking(useCan, view, app);
    await settle();
    expect(off.last()).toMatchObject(DENIED);
    off.unmount();
    const on = renderAsking(useCan, view, { ...app, anonymous: true });
    await settle();
    expect(on.last()).toMatchObject({ status: "allowed" });
    expect(pdp.requests).toEqual([]);
  });

  const bad: unknown[] = ["false", "true", 0, 1, 1n, null, {}, Object.create(null)];
  it.each(bad)("throws invalid_option for %o", (anonymous) => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    const options: object = { anonymous };
    const message = expect.stringContaining("anonymous must be true or false");
    expect(() => renderApp(null, options)).toThrow(expect.objectContaining({ code: "invalid_option", message }));
    vi.mocked(console.error).mockReset();
  });
});

describe("a wrong option", () => {
  it("is found before anybody signs in", async () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    render(
      <Boundary>
        <FakeKindeProvider kinde={new FakeKinde()}>
          <PermissionsProvider pdp={fakePdp()} maxResources={501}>
            <p>page</p>
          </PermissionsProvider>
        </FakeKindeProvider>
      </Boundary>,
    );
    await settle();
    expect(screen.getByText("failed invalid_option")).toBeDefined();
    vi.mocked(console.error).mockReset();
  });
});

describe("types", () => {
  it("tell why the PDP was not asked", () => {
    expectTypeOf<Extract<CanResult, { status: "denied"; decision: null }>["reason"]>().toEqualTypeOf<ClosedReason>();
    expectTypeOf<"signed_out">().toExtend<ClosedReason>();
  });
});
