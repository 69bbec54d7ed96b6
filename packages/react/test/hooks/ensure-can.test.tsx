import {
  type Authorizer,
  AuthzError,
  type Check,
  createAuthorizer,
  createSession,
  type Decision,
} from "@kinde-cerbos/core";
import { decisionQuery, ensureCan, Forbidden, useAuthorizer, useCan } from "@kinde-cerbos/react";
import { recordedChecks, renderHookWithPermissions, type TestPermissions } from "@kinde-cerbos/testing";
import { QueryClient } from "@tanstack/react-query";
import { describe, expect, expectTypeOf, it, vi } from "vitest";
import {
  answerTo,
  decidingPdp,
  document1,
  FakeKinde,
  type FakePdp,
  fakePdp,
  renderAsking,
  settle,
  slowPdp,
  tokenOf,
  UNAVAILABLE,
} from "../support.tsx";

const view: Check = { action: "view", resource: document1 };

async function setUp(pdp: FakePdp = fakePdp()) {
  const authorizer = createAuthorizer({ pdp, session: await createSession(tokenOf()) });
  return { pdp, authorizer, queryClient: new QueryClient() };
}

/** What the router of a page has whose user has these permissions. Promises as answers are asked for by a request. */
function routerOf(permissions: TestPermissions) {
  const queryClient = new QueryClient();
  const { result } = renderHookWithPermissions(() => useAuthorizer(), { ...permissions, queryClient });
  return { queryClient, authorizer: result.current };
}
const ALLOWED: TestPermissions = { can: { document: true } };

/** What a loader throws. */
async function thrownBy(asked: Promise<unknown>): Promise<unknown> {
  return asked.then(
    () => "nothing",
    (error: unknown) => error,
  );
}

describe("a check that is allowed", () => {
  it("resolves to the decision", async () => {
    const outputs = [{ source: "rule", value: "why" }];
    const { queryClient, authorizer } = routerOf({ can: () => Promise.resolve({ allowed: true, outputs }) });
    expect(await ensureCan(queryClient, authorizer, view)).toMatchObject({ allowed: true, action: "view", outputs });
  });

  it("is not asked again while it is fresh, nor by the hooks of the page", async () => {
    const { queryClient, authorizer, pdp } = await setUp();
    await ensureCan(queryClient, authorizer, view);
    await ensureCan(queryClient, authorizer, view);
    const { last } = renderAsking(useCan, view, { queryClient, pdp, kinde: new FakeKinde().signIn() });
    await settle();
    expect(last()).toMatchObject({ status: "allowed" });
    expect(pdp.requests).toHaveLength(1);
  });

  it("is asked again where the route says how fresh it must be", async () => {
    const { queryClient, authorizer, pdp } = await setUp();
    await ensureCan(queryClient, authorizer, view);
    await ensureCan(queryClient, authorizer, view, { staleTime: 0 });
    expect(pdp.requests).toHaveLength(2);
  });

  it("goes in one request with what else a navigation asks", async () => {
    const { queryClient, authorizer, pdp } = await setUp();
    await Promise.all([
      ensureCan(queryClient, authorizer, view),
      ensureCan(queryClient, authorizer, { ...view, action: "edit" }),
      ensureCan(queryClient, authorizer, { action: "create", resource: "document" }),
    ]);
    expect(pdp.requests).toHaveLength(1);
  });
});

describe("a check that is denied", () => {
  it("throws Forbidden, with what a server would say and with the decision", async () => {
    const { queryClient, authorizer } = routerOf({ can: () => Promise.resolve(false) });
    const thrown = await thrownBy(ensureCan(queryClient, authorizer, view));
    expect(thrown).toBeInstanceOf(Forbidden);
    expect(thrown).toBeInstanceOf(AuthzError);
    expect(thrown).toMatchObject({
      name: "Forbidden",
      code: "forbidden",
      status: 403,
      message: 'The policy does not allow "view" on document "1".',
      decision: { allowed: false, action: "view" },
    });
  });

  it("throws it from the cache, too", async () => {
    const { queryClient, authorizer, pdp } = await setUp(decidingPdp(() => "EFFECT_DENY"));
    await thrownBy(ensureCan(queryClient, authorizer, view));
    expect(await thrownBy(ensureCan(queryClient, authorizer, view))).toMatchObject({ code: "forbidden" });
    expect(pdp.requests).toHaveLength(1);
  });

  it.each(["EFFECT_NO_MATCH", "allow", true])("throws it on the effect %s", async (effect) => {
    const pdp = fakePdp(() => ({ results: [{ resource: document1, actions: { view: effect } }] }));
    const { queryClient, authorizer } = await setUp(pdp);
    expect(await thrownBy(ensureCan(queryClient, authorizer, view))).toMatchObject({ code: "forbidden" });
  });
});

describe("a check without an answer", () => {
  it.each<[string, () => unknown, string]>([
    ["the PDP does not answer", () => Promise.reject(UNAVAILABLE), "pdp_unavailable"],
    ["the token is refused", () => Promise.reject({ code: 16, details: "no" }), "token_refused"],
    ["the answer is none", () => "<html>", "malformed_response"],
  ])("throws where %s", async (_, respond, code) => {
    const { queryClient, authorizer } = await setUp(fakePdp(respond));
    const thrown = await thrownBy(ensureCan(queryClient, authorizer, view));
    expect(thrown).toMatchObject({ code });
    expect(thrown).not.toBeInstanceOf(Forbidden);
  });

  it("throws where it cannot be confirmed: a route needs more than the last answer", async () => {
    let isDown = false;
    const { queryClient, authorizer } = await setUp(
      fakePdp((body) => (isDown ? Promise.reject(UNAVAILABLE) : answerTo(body))),
    );
    await ensureCan(queryClient, authorizer, view);
    isDown = true;
    await queryClient.invalidateQueries();
    expect(await thrownBy(ensureCan(queryClient, authorizer, view))).toMatchObject({ code: "pdp_unavailable" });
  });

  it("throws session_loading without an authorizer, and asks nothing", async () => {
    const { queryClient, authorizer } = routerOf({ user: "loading", ...ALLOWED });
    expect(authorizer).toBeNull();
    expect(await thrownBy(ensureCan(queryClient, authorizer, view))).toMatchObject({
      code: "session_loading",
      message: expect.stringContaining("usePermissionsSession().status"),
    });
    // @ts-expect-error -- what a router's context holds before it is filled
    expect(await thrownBy(ensureCan(queryClient, undefined, view))).toMatchObject({ code: "session_loading" });
    expect(recordedChecks()).toEqual([]);
  });

  it("throws session_ended where the session ends meanwhile", async () => {
    const { queryClient, authorizer, pdp } = await setUp(slowPdp());
    const thrown = thrownBy(ensureCan(queryClient, authorizer, view));
    await expect.poll(() => pdp.requests.length).toBe(1);
    authorizer.dispose();
    expect(await thrown).toMatchObject({ code: "session_ended" });
  });

  it("throws session_expired once the token is past its end, though the cache has a fresh ALLOW", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const pdp = fakePdp();
    const exp = Math.floor(Date.now() / 1000) + 20;
    const authorizer = createAuthorizer({ pdp, session: await createSession(tokenOf({ exp })) });
    const queryClient = new QueryClient();
    await ensureCan(queryClient, authorizer, view);
    vi.setSystemTime(exp * 1000);
    expect(await thrownBy(ensureCan(queryClient, authorizer, view))).toMatchObject({ code: "session_expired" });
    expect(pdp.requests).toHaveLength(1);
  });

  it("throws invalid_check for one that cannot be asked", async () => {
    const { queryClient, authorizer } = routerOf(ALLOWED);
    const bad = { action: "view", resource: { kind: "document", id: "" } };
    expect(await thrownBy(ensureCan(queryClient, authorizer, bad))).toMatchObject({ code: "invalid_check" });
    expect(recordedChecks()).toEqual([]);
  });

  it("throws invalid_option for times that are none", async () => {
    const { queryClient, authorizer } = routerOf(ALLOWED);
    const thrown = await thrownBy(ensureCan(queryClient, authorizer, view, { maxAge: Number.NaN }));
    expect(thrown).toMatchObject({ code: "invalid_option" });
  });
});

describe("a loader that asks while a page leaves", () => {
  it("gets its answer: the page's hooks do not take it away", async () => {
    const pdp = slowPdp();
    const { queryClient, authorizer } = await setUp(pdp);
    const page = renderAsking(useCan, view, { queryClient, pdp, kinde: new FakeKinde().signIn() });
    await settle();
    const asked = ensureCan(queryClient, authorizer, view);
    page.unmount();
    await settle();
    expect(pdp.requests.map(({ signal }) => signal.aborted)).toEqual([false]);
    pdp.answer();
    expect(await asked).toMatchObject({ allowed: true });
  });
});

describe("the query of a decision", () => {
  it("is the one that ensureCan keeps its answer under", async () => {
    const { queryClient, authorizer } = await setUp();
    const decision = await ensureCan(queryClient, authorizer, view);
    expect(queryClient.getQueryData(decisionQuery(authorizer, view).queryKey)).toBe(decision);
  });
});

describe("types", () => {
  it("say what is thrown and returned", () => {
    expectTypeOf<Forbidden["status"]>().toEqualTypeOf<403>();
    expectTypeOf<Forbidden["decision"]>().toEqualTypeOf<Decision>();
    expectTypeOf(ensureCan).parameter(1).toEqualTypeOf<Authorizer | null>();
    expectTypeOf(ensureCan).returns.resolves.toEqualTypeOf<Decision>();
  });
});
