/*
 * What the peers' tests of hooks cover, in our words, and the test that does.
 * Where there is none, why it does not apply. Those of components: can.test.tsx.
 *
 * Backstage's permission plugin (usePermission.test):
 * - loading until the answer is there: "is false while pending, and true once allowed"
 * - allowed, and not allowed: the same, and "is false when denied, with the decision"
 * - what is asked is what was given: "asks nothing and renders nothing for an equal resource written inline",
 *   "its action on its resource" of can.test.tsx
 *
 * OPA's React package (tests/use-authz.test):
 * - the error, and no result: "is false on %s"
 * - no path and no input: does not apply, as a check always has an action and a resource; without a resource:
 *   "no resource at all" of resource-provider.test.tsx
 * - path and input of the provider, of the call, of both, and which wins: ResourceProvider in
 *   resource-provider.test.tsx, "gives way to one that is nearer, and to one that is named"; they are never merged,
 *   as a resource put together from two is neither
 * - a function that makes a boolean of any result, the provider's or the call's: does not apply, as `allowed` is
 *   true for an ALLOW and for nothing else; a policy's outputs are in `decision`
 *
 * OpenFeature's React SDK (test/evaluation.spec, test/provider.spec):
 * - value, reason, variant of a flag: "is false when denied, with the decision"; values of each type:
 *   kinde-gate.test.tsx, "a flag"
 * - no render where the context or the flags change and the value does not: "the same answer renders nothing" of
 *   use-decision.test.tsx
 * - a render where the value changes: "shows the last one meanwhile, then the new one" there
 * - nothing is evaluated again where nothing has changed: "asks nothing and renders nothing for an equal resource"
 * - options go to the client with the call: "times of a hook" of decision-store.test.tsx, and "options of
 *   the provider"
 * - suspends until ready and while it is evaluated, keeps the page in a transition, does neither where it is not to:
 *   use-suspense-can.test.tsx; "is false while pending" here
 * - the client of the provider, the same at each render: use-authorizer.test.tsx
 * - whether the provider is ready: usePermissionsSession().status, in use-permissions-session.test.tsx
 * - another context, set from a component: does not apply, as Kinde says who the user is; what follows from another
 *   user or organization: "promise 5" of use-session-authorizer.test.tsx
 * - providers inside of each other: "two apps on one page"
 * - details of what failed, and whether they are authoritative: `status` and `error`, "is false on %s"
 * - tracking: does not apply; onDecision of the provider is told of each decision
 */
import { type Decision } from "@kinde-cerbos/core";
import {
  type CanResult,
  type ClosedReason,
  PermissionsProvider,
  useCan,
  type UseCanOptions,
} from "@kinde-cerbos/react";
import { recordedChecks, renderHookWithPermissions } from "@kinde-cerbos/testing";
import { QueryClient } from "@tanstack/react-query";
import { act, fireEvent, render, renderHook, screen } from "@testing-library/react";
import { type ReactNode, useReducer, useState } from "react";
import { renderToString } from "react-dom/server";
import { describe, expect, expectTypeOf, it, vi } from "vitest";
import {
  after,
  answerTo,
  decidingPdp,
  document1,
  FakeKinde,
  FakeKindeProvider,
  fakePdp,
  renderApp,
  settle,
  slowPdp,
  UNAVAILABLE,
} from "../support.tsx";

/** Renders one check; the test can change it. Keeps every result. */
function renderCan(check: UseCanOptions, options: Parameters<typeof renderApp>[1] = {}) {
  const results: CanResult[] = [];
  const setters: ((next: UseCanOptions) => void)[] = [];
  const Harness = (): ReactNode => {
    const [current, setCurrent] = useState(check);
    setters.push(setCurrent);
    results.push(useCan(current));
    return null;
  };
  renderApp(<Harness />, options);
  return {
    results,
    statuses: () => results.map(({ status }) => status),
    last: () => results.at(-1)!,
    change: (next: UseCanOptions) => act(() => setters.at(-1)!(next)),
  };
}

function Status(): ReactNode {
  return <p>{useCan(view).status}</p>;
}

const view: UseCanOptions = { action: "view", resource: document1 };
const ALLOWED = { can: { document: true } };

describe("allowed", () => {
  it("is false while pending, and true once allowed", async () => {
    const pdp = slowPdp();
    const { last } = renderCan(view, { pdp });
    expect(last()).toEqual({
      status: "pending",
      allowed: false,
      isPending: true,
      isFetching: false,
      decision: null,
      reason: null,
      error: null,
      refetch: expect.any(Function),
    });
    await settle();
    expect(last()).toMatchObject({ status: "pending", allowed: false, isFetching: true });
    await after(pdp.answer);
    expect(last()).toEqual({
      status: "allowed",
      allowed: true,
      isPending: false,
      decision: {
        allowed: true,
        action: "view",
        resource: document1,
        outputs: [{ source: "who", value: "alice in org_a" }],
        validationErrors: [],
        callId: "call-1",
      },
      isFetching: false,
      reason: null,
      error: null,
      refetch: expect.any(Function),
    });
  });

  it("is false when denied, with the decision", () => {
    const { result } = renderHookWithPermissions(() => useCan(view), { can: { document: false } });
    expect(result.current).toMatchObject({
      status: "denied",
      allowed: false,
      isPending: false,
      decision: { allowed: false },
    });
  });

  it.each([
    ["EFFECT_NO_MATCH", "denied"],
    ["allow", "denied"],
    [true, "denied"],
    [undefined, "error"],
  ])("is false on the effect %s", async (effect, status) => {
    const pdp = fakePdp(({ resources: [entry] }) => ({
      results: [{ resource: entry?.resource, actions: { view: effect } }],
    }));
    const { last } = renderCan(view, { pdp });
    await settle();
    expect(last()).toMatchObject({ status, allowed: false });
  });

  it.each([
    ["no answer", () => Promise.reject(UNAVAILABLE), "pdp_unavailable"],
    ["a refusal", () => Promise.reject({ code: 3, details: "invalid action" }), "check_refused"],
    ["a refusal of all", () => Promise.reject({ code: 7, details: "permission denied" }), "request_refused"],
    ["a refused token", () => Promise.reject({ code: 3, details: "invalid auxData" }), "session_expired"],
    ["an answer that is none", () => "<html>", "malformed_response"],
  ])("is false on %s", async (_, respond, code) => {
    const { last } = renderCan(view, { pdp: fakePdp(respond) });
    await settle();
    expect(last()).toMatchObject({
      status: "error",
      allowed: false,
      isPending: false,
      decision: null,
      error: { code },
    });
  });

  it("is false while Kinde loads, and nothing is asked", async () => {
    const pdp = fakePdp();
    const kinde = new FakeKinde().signIn().update({ isLoading: true });
    const { last } = renderCan(view, { kinde, pdp });
    await settle();
    expect(last()).toMatchObject({ status: "pending", allowed: false });
    expect(pdp.requests).toEqual([]);
  });

  it("is the anonymous principal's where nobody is signed in and the provider has anonymous", async () => {
    const pdp = decidingPdp((_, __, { principal }) =>
      principal.roles.includes("anonymous") ? "EFFECT_ALLOW" : "EFFECT_DENY",
    );
    const { last } = renderCan(view, { kinde: new FakeKinde(), pdp, anonymous: true });
    await settle();
    expect(last()).toMatchObject({ status: "allowed", allowed: true });
    expect(pdp.requests[0]?.body).not.toHaveProperty("auxData");
  });
});

const editIn = (status: string): UseCanOptions => ({
  action: "edit",
  resource: { ...document1, attr: { status } },
});

describe("a check that changes", () => {
  it("asks nothing and renders nothing for an equal resource written inline", async () => {
    const pdp = fakePdp();
    const onRender = vi.fn<(status: string) => void>();
    const Inline = (): ReactNode => {
      const [, rerender] = useReducer((count: number) => count + 1, 0);
      const { status } = useCan({
        action: "view",
        resource: { kind: "document", id: "1", attr: { tags: ["a"] } },
      });
      onRender(status);
      return <button type="button" aria-label="again" onClick={rerender} />;
    };
    renderApp(<Inline />, { pdp });
    await settle();
    onRender.mockClear();
    fireEvent.click(screen.getByRole("button"));
    await settle();
    expect(onRender.mock.calls).toEqual([["allowed"]]);
    expect(pdp.requests).toHaveLength(1);
  });

  it("is pending until it is answered: the old answer is not shown", async () => {
    const pdp = decidingPdp((_, { attr }) => (attr["status"] === "draft" ? "EFFECT_ALLOW" : "EFFECT_DENY"));
    const { results, statuses, change } = renderCan(editIn("draft"), { pdp });
    await settle();
    results.length = 0;
    change(editIn("public"));
    await settle();
    expect(statuses()).toEqual(["pending", "denied"]);
    results.length = 0;
    change(editIn("draft"));
    await settle();
    expect(statuses()).toEqual(["allowed"]);
    expect(pdp.requests).toHaveLength(2);
  });

  it.each([
    ["action", { ...view, action: "delete" }],
    ["id", { ...view, resource: { ...document1, id: "2" } }],
    ["kind", { ...view, resource: { ...document1, kind: "folder" } }],
    ["scope", { ...view, resource: { ...document1, scope: "org_a" } }],
    ["policy version", { ...view, resource: { ...document1, policyVersion: "2" } }],
  ])("asks anew for another %s", async (_, next) => {
    const pdp = fakePdp((body) => answerTo(body));
    const { results, statuses, change } = renderCan(view, { pdp });
    await settle();
    results.length = 0;
    change(next);
    await settle();
    expect(statuses()).toEqual(["pending", "allowed"]);
    expect(pdp.requests).toHaveLength(2);
  });
});

describe("enabled", () => {
  it("false asks nothing and stays pending; true asks", async () => {
    const { result, rerender } = renderHookWithPermissions(useCan, ALLOWED, {
      initialProps: { ...view, enabled: false },
    });
    await settle();
    expect(result.current).toMatchObject({ status: "pending", allowed: false });
    expect(recordedChecks()).toEqual([]);
    rerender({ ...view, enabled: true });
    expect(result.current).toMatchObject({ status: "allowed" });
    expect(recordedChecks()).toHaveLength(1);
  });

  it("false hides an answer that is there", () => {
    const { result, rerender } = renderHookWithPermissions(useCan, ALLOWED, { initialProps: view });
    expect(result.current).toMatchObject({ status: "allowed" });
    rerender({ ...view, enabled: false });
    expect(result.current).toMatchObject({ status: "pending", allowed: false });
  });

  it("false lets a check be incomplete", () => {
    const check = { action: "view", resource: { kind: "document", id: "" }, enabled: false };
    const { result } = renderHookWithPermissions(() => useCan(check), ALLOWED);
    expect(result.current).toMatchObject({ status: "pending", error: null });
  });

  it("false stays pending where the session cannot be used", async () => {
    const kinde = new FakeKinde().signIn("not a token");
    const { last } = renderCan({ ...view, enabled: false }, { kinde });
    await settle();
    expect(last()).toMatchObject({ status: "pending", error: null });
  });
});

describe("a resource by its kind alone", () => {
  it("is one that does not exist yet", () => {
    renderHookWithPermissions(() => useCan({ action: "create", resource: "document" }), ALLOWED);
    expect(recordedChecks()).toMatchObject([{ kind: "document", id: "new", action: "create", attr: {} }]);
  });
});

describe("promise 3: one bad check harms itself only", () => {
  const bad: [string, UseCanOptions][] = [
    ["no id", { action: "view", resource: { kind: "document", id: "" } }],
    ["no action", { action: "", resource: document1 }],
    ["no kind", { action: "view", resource: { kind: "", id: "1" } }],
    ["an attribute that is NaN", { action: "view", resource: { ...document1, attr: { size: Number.NaN } } }],
    // @ts-expect-error -- a resource that is not loaded yet
    ["no resource", { action: "view", resource: undefined }],
    // @ts-expect-error -- an id is a string
    ["an id that is a number", { action: "view", resource: { kind: "document", id: 1 } }],
    [
      "an attribute that is a Date",
      // @ts-expect-error -- a Date is not JSON
      { action: "view", resource: { ...document1, attr: { at: new Date(0) } } },
    ],
  ];

  it.each(bad)("%s: an error, nothing thrown, neighbours unaffected", async (_, check) => {
    const pdp = fakePdp();
    const Pair = (): ReactNode => {
      const [broken, good] = [useCan(check), useCan(view)];
      return <p>{`${broken.status} ${String(broken.allowed)} ${errorCode(broken)} ${good.status}`}</p>;
    };
    renderApp(<Pair />, { pdp });
    await settle();
    expect(screen.getByText("error false invalid_check allowed")).toBeDefined();
    expect(pdp.requests).toHaveLength(1);
  });

  it("recovers when the check becomes a good one", async () => {
    const { results, statuses, change } = renderCan({
      action: "view",
      resource: { kind: "document", id: "" },
    });
    await settle();
    results.length = 0;
    change(view);
    await settle();
    expect(statuses()).toEqual(["pending", "allowed"]);
  });
});

describe("an error", () => {
  it.each([
    ["invalidateQueries", (client: QueryClient) => client.invalidateQueries()],
    ["refetchQueries", (client: QueryClient) => client.refetchQueries({ queryKey: ["kinde-cerbos"] })],
    ["resetQueries", (client: QueryClient) => client.resetQueries()],
  ])("recovers on %s", async (_, again) => {
    let isDown = true;
    const queryClient = new QueryClient();
    const pdp = fakePdp((body) => (isDown ? Promise.reject(UNAVAILABLE) : answerTo(body)));
    const { last } = renderCan(view, { pdp, queryClient });
    await settle();
    expect(last()).toMatchObject({ status: "error" });
    isDown = false;
    await after(() => again(queryClient));
    expect(last()).toMatchObject({ status: "allowed" });
  });

  it("is asked again by a component that comes later", async () => {
    let isDown = true;
    const pdp = fakePdp((body) => (isDown ? Promise.reject(UNAVAILABLE) : answerTo(body)));
    const { last, change } = renderCan(view, { pdp });
    await settle();
    isDown = false;
    change({ ...view, enabled: false });
    change(view);
    await settle();
    expect(last()).toMatchObject({ status: "allowed" });
  });
});

describe("outside of PermissionsProvider", () => {
  it("throws, and names the hook and the provider", () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    expect(() => renderHook(() => useCan(view))).toThrow(
      expect.objectContaining({
        code: "no_provider",
        message: expect.stringMatching(/^useCan .*<PermissionsProvider pdp=/),
      }),
    );
    vi.mocked(console.error).mockReset();
  });
});

/** Compiled, never rendered. */
function Misuse(): ReactNode {
  // @ts-expect-error -- action is missing
  useCan({ resource: document1 });
  // @ts-expect-error -- a resource that is not loaded
  useCan({ action: "view", resource: undefined });
  // @ts-expect-error -- a resource has an id
  useCan({ action: "view", resource: { kind: "document" } });
  // @ts-expect-error -- the principal comes from the session
  useCan({ ...view, principal: { id: "somebody" } });
  return null;
}

describe("types", () => {
  it("refuse what is no check", () => {
    expect(Misuse).toBeTypeOf("function");
  });

  it("narrow by status, and by allowed", () => {
    expectTypeOf<Extract<CanResult, { allowed: true }>["status"]>().toEqualTypeOf<"allowed">();
    expectTypeOf<Extract<CanResult, { status: "error" }>["error"]>().toEqualTypeOf<Error>();
    expectTypeOf<Extract<CanResult, { status: "denied" }>["error"]>().toEqualTypeOf<Error | null>();
    expectTypeOf<Extract<CanResult, { reason: "policy" | "schema" }>["decision"]>().toEqualTypeOf<Decision>();
    expectTypeOf<Extract<CanResult, { reason: ClosedReason }>["decision"]>().toEqualTypeOf<null>();
  });
});

function errorCode({ error }: CanResult): string {
  return error !== null && "code" in error ? String(error.code) : "none";
}

describe("StrictMode", () => {
  it("asks once", async () => {
    const pdp = fakePdp();
    const { last } = renderCan(view, { pdp, strict: true });
    await settle();
    expect(last()).toMatchObject({ status: "allowed" });
    expect(pdp.requests).toHaveLength(1);
  });
});

describe("server rendering", () => {
  it("is pending, and asks nothing", async () => {
    const pdp = fakePdp();
    const kinde = new FakeKinde().signIn();
    const html = renderToString(
      <FakeKindeProvider kinde={kinde}>
        <PermissionsProvider pdp={pdp}>
          <Status />
        </PermissionsProvider>
      </FakeKindeProvider>,
    );
    expect(html).toBe("<p>pending</p>");
    expect(pdp.requests).toEqual([]);
  });
});

describe("two apps on one page", () => {
  it("each ask their own PDP", async () => {
    const kinde = new FakeKinde().signIn();
    const pdps = [decidingPdp(() => "EFFECT_ALLOW"), decidingPdp(() => "EFFECT_DENY")];
    render(
      <FakeKindeProvider kinde={kinde}>
        {pdps.map((pdp, index) => (
          <PermissionsProvider key={index === 0 ? "first" : "second"} pdp={pdp}>
            <Status />
          </PermissionsProvider>
        ))}
      </FakeKindeProvider>,
    );
    await settle();
    expect(screen.getAllByText(/./).map(({ textContent }) => textContent)).toEqual(["allowed", "denied"]);
  });
});

describe("options of the provider", () => {
  it("go with each request, and its observers are told", async () => {
    const told: string[] = [];
    const pdp = fakePdp();
    renderCan(view, {
      pdp,
      keySetId: "kinde",
      includeMetadata: true,
      onBatch: ({ resources, actions }) => told.push(`${resources} ${actions}`),
      onDecision: ({ action }, outcome) => told.push(`${action} ${"allowed" in outcome && outcome.allowed}`),
    });
    await settle();
    expect(pdp.requests[0]?.body).toMatchObject({ includeMetadata: true, auxData: { jwt: { keySetId: "kinde" } } });
    expect(told).toEqual(["1 1", "view true"]);
  });

  it("onDecision gets the check as it was asked, whatever has become of the caller's object", async () => {
    const attr = { state: "draft" };
    const told: unknown[] = [];
    const pdp = slowPdp();
    renderCan({ action: "view", resource: { ...document1, attr } }, { pdp, onDecision: (check) => told.push(check) });
    await settle();
    attr.state = "published";
    await after(pdp.answer);
    expect(told).toEqual([{ action: "view", resource: { ...document1, attr: { state: "draft" } } }]);
  });
});
