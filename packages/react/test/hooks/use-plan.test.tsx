import { type PlanCondition, type PolicyDecisionPoint } from "@kinde-cerbos/core";
import { decisionFilters, type PlanResult, usePlan, type UsePlanOptions } from "@kinde-cerbos/react";
import { renderHookWithPermissions, type TestPlans } from "@kinde-cerbos/testing";
import { QueryClient } from "@tanstack/react-query";
import { renderHook, waitFor } from "@testing-library/react";
import { afterEach, describe, expect, expectTypeOf, it, vi } from "vitest";
import { after, type AppOptions, FakeKinde, fakePdp, renderAsking, settle, tokenOf, UNAVAILABLE } from "../support.tsx";

type PlanRequest = Parameters<NonNullable<PolicyDecisionPoint["planResources"]>>[0];

const edit: UsePlanOptions = { action: "edit", kind: "document" };
const CONDITION = { operator: "eq", operands: [{ name: "request.resource.attr.ownerId" }, { value: "alice" }] };

/** A PDP that plans; it keeps what it was asked. */
function planningPdp(respond: (body: PlanRequest) => unknown = () => ({ kind: "KIND_ALWAYS_ALLOWED" })) {
  const plans: PlanRequest[] = [];
  const planResources: NonNullable<PolicyDecisionPoint["planResources"]> = async (body) => {
    plans.push(body);
    return respond(body);
  };
  return { ...fakePdp(), plans, planResources };
}

/** The condition, as a plan has it. */
const OWN: PlanCondition = {
  operator: "eq",
  operands: [{ variable: "request.resource.attr.ownerId" }, { value: "alice" }],
};

/** A plan for the user of a test. Keeps the kinds of all renders. */
function renderForUser(options: UsePlanOptions, plan: TestPlans) {
  const kinds: PlanResult["kind"][] = [];
  const useKept = (current: UsePlanOptions): PlanResult => {
    const result = usePlan(current);
    kinds.push(result.kind);
    return result;
  };
  return { ...renderHookWithPermissions(useKept, { plan }, { initialProps: options }), kinds };
}
type PlanKind = NonNullable<PlanResult["kind"]>;

const renderPlan = (options: UsePlanOptions = edit, app: AppOptions = {}) => renderAsking(usePlan, options, app);

describe("a plan", () => {
  it.each<[PlanKind, boolean | PlanCondition]>([
    ["ALWAYS_ALLOWED", true],
    ["ALWAYS_DENIED", false],
    ["CONDITIONAL", OWN],
  ])("that is %s", async (kind, answer) => {
    const { result } = renderForUser(edit, () => answer);
    expect(result.current).toMatchObject({ status: "pending", isPending: true, kind: null, plan: null, error: null });
    await waitFor(() => expect(result.current).toMatchObject({ status: "settled", isFetching: false }));
    expect(result.current).toMatchObject({ isPending: false, kind, error: null });
    expect(result.current.plan).toMatchObject({ kind, actions: ["edit"], resourceKind: "document" });
  });

  it("has a condition to look into where it is conditional", async () => {
    const { result } = renderForUser(edit, () => OWN);
    await waitFor(() => expect(result.current.kind).toBe("CONDITIONAL"));
    const { plan } = result.current;
    expect(plan?.kind === "CONDITIONAL" && plan.condition).toEqual(OWN);
  });

  it("says why it denies: what is wrong with attributes, and metadata that was asked for", async () => {
    const wrong = { path: "/state", message: "value must be one of", source: "SOURCE_RESOURCE" };
    const metadata = { conditionString: "NO_MATCH", matchedScopes: { edit: "" } };
    const pdp = planningPdp(({ includeMetadata }) => ({
      kind: "KIND_ALWAYS_DENIED",
      validationErrors: [wrong],
      ...(includeMetadata && { metadata }),
    }));
    const { last } = renderPlan(edit, { pdp, includeMetadata: true, onWarning: vi.fn<() => void>() });
    await settle();
    expect(last().plan).toMatchObject({ validationErrors: [wrong], metadata });
    const plain = renderPlan(edit, { pdp, onWarning: vi.fn<() => void>() });
    await settle();
    expect(plain.last().plan).toMatchObject({ validationErrors: [wrong] });
    expect(plain.last().plan).not.toHaveProperty("metadata");
  });

  it.each([
    ["the PDP does not answer", () => Promise.reject(UNAVAILABLE), "pdp_unavailable"],
    ["its kind is unknown", () => ({ kind: "KIND_MAYBE" }), "malformed_response"],
    [
      "it has a condition and is not conditional",
      () => ({ kind: "KIND_ALWAYS_ALLOWED", condition: CONDITION }),
      "malformed_response",
    ],
    ["the token is refused", () => Promise.reject({ code: 16, details: "no" }), "session_expired"],
  ])("is an error where %s", async (_, respond, code) => {
    const { last } = renderPlan(edit, { pdp: planningPdp(respond) });
    await settle();
    expect(last()).toMatchObject({ status: "error", isPending: false, kind: null, plan: null, error: { code } });
  });

  it("is an error where the PDP's client cannot plan", async () => {
    const { last } = renderPlan(edit, { pdp: fakePdp() });
    await settle();
    expect(last()).toMatchObject({ status: "error", error: { code: "invalid_option" } });
  });

  it.each([
    ["action", { ...edit, action: "" }],
    ["kind", { ...edit, kind: "" }],
    ["action in a list of them", { kind: "document", actions: [] }],
    ["attribute that is JSON", { ...edit, attr: { size: Number.NaN } }],
  ] satisfies [string, UsePlanOptions][])("is an error without an %s, and nothing is asked", async (_, options) => {
    const plan = vi.fn<TestPlans>(() => true);
    const { result } = renderForUser(options, plan);
    await settle();
    expect(result.current).toMatchObject({ status: "error", error: { code: "invalid_check" } });
    expect(plan).not.toHaveBeenCalled();
  });
});

describe("what a plan asks", () => {
  it("its action on its kind, with what all resources have in common", async () => {
    const pdp = planningPdp();
    renderPlan({ ...edit, attr: { orgCode: "org_a" }, policyVersion: "2", scope: "org_a" }, { pdp });
    await settle();
    expect(pdp.plans).toMatchObject([
      {
        actions: ["edit"],
        resource: { kind: "document", attr: { orgCode: "org_a" }, policyVersion: "2", scope: "org_a" },
        principal: { id: "alice" },
      },
    ]);
  });

  it("several actions at once, in any order, and nothing again for an equal list", async () => {
    const pdp = planningPdp();
    const { last, change, results } = renderPlan({ kind: "document", actions: ["view", "edit"] }, { pdp });
    await settle();
    expect(pdp.plans.map(({ actions }) => actions)).toEqual([["edit", "view"]]);
    expect(last().plan).toMatchObject({ actions: ["edit", "view"] });
    results.length = 0;
    change({ kind: "document", actions: ["edit", "view"] });
    await settle();
    expect(pdp.plans).toHaveLength(1);
    expect(results).toHaveLength(1);
    change({ kind: "document", actions: ["edit"] });
    await settle();
    expect(last().plan).toMatchObject({ actions: ["edit"] });
    expect(pdp.plans).toHaveLength(2);
  });

  it("what it was rendered with, whatever has become of the caller's object", async () => {
    const pdp = planningPdp();
    const attr = { orgCode: "org_a" };
    const { last } = renderPlan({ ...edit, attr }, { pdp });
    await settle();
    attr.orgCode = "org_b";
    await after(() => last().refetch());
    expect(pdp.plans.map(({ resource }) => resource.attr)).toEqual([{ orgCode: "org_a" }, { orgCode: "org_a" }]);
  });

  it("nothing again, and no render, for equal attributes written inline", async () => {
    const pdp = planningPdp();
    const { results, change } = renderPlan({ ...edit, attr: { orgCode: "org_a" } }, { pdp });
    await settle();
    results.length = 0;
    change({ ...edit, attr: { orgCode: "org_a" } });
    await settle();
    expect(results).toHaveLength(1);
    expect(pdp.plans).toHaveLength(1);
  });

  it("anew for other attributes: pending, and never the old plan", async () => {
    const { result, rerender, kinds } = renderForUser(
      { ...edit, attr: { orgCode: "org_a" } },
      ({ attr }) => attr["orgCode"] === "org_a",
    );
    await waitFor(() => expect(result.current.kind).toBe("ALWAYS_ALLOWED"));
    kinds.length = 0;
    rerender({ ...edit, attr: { orgCode: "org_b" } });
    await settle();
    expect(kinds).toEqual([null, "ALWAYS_DENIED"]);
  });

  it("once for all that ask the same, and once in StrictMode", async () => {
    const pdp = planningPdp();
    const kinde = new FakeKinde().signIn();
    const queryClient = new QueryClient();
    renderPlan(edit, { pdp, kinde, queryClient, strict: true });
    renderPlan(edit, { pdp, kinde, queryClient });
    await settle();
    expect(pdp.plans).toHaveLength(1);
  });

  it("nothing with enabled: false", async () => {
    const plan = vi.fn<TestPlans>(() => true);
    const { result } = renderForUser({ ...edit, enabled: false }, plan);
    await settle();
    expect(result.current).toMatchObject({ status: "pending", isFetching: false });
    expect(plan).not.toHaveBeenCalled();
  });

  it("anew for another organization: no render has the plan of the one before", async () => {
    const kinde = new FakeKinde().signIn();
    const pdp = planningPdp(({ principal }) => ({
      kind: principal.attr["orgCode"] === "org_a" ? "KIND_ALWAYS_ALLOWED" : "KIND_ALWAYS_DENIED",
    }));
    const { results, last } = renderPlan(edit, { kinde, pdp });
    await settle();
    results.length = 0;
    await after(() => kinde.signIn(tokenOf({ org_code: "org_b" })));
    expect(results.map(({ kind }) => kind)).not.toContain("ALWAYS_ALLOWED");
    expect(last().kind).toBe("ALWAYS_DENIED");
  });
});

describe("a plan that is asked again", () => {
  afterEach(() => vi.useRealTimers());

  it("by invalidation of its kind, and not of a resource", async () => {
    const pdp = planningPdp();
    const queryClient = new QueryClient();
    renderPlan(edit, { pdp, queryClient });
    await settle();
    await after(() => queryClient.invalidateQueries(decisionFilters({ kind: "document", id: "1" })));
    expect(pdp.plans).toHaveLength(1);
    await after(() => queryClient.invalidateQueries(decisionFilters({ kind: "document" })));
    expect(pdp.plans).toHaveLength(2);
  });

  it("by invalidation of one of its actions, and not of another", async () => {
    const pdp = planningPdp();
    const queryClient = new QueryClient();
    renderPlan({ kind: "document", actions: ["view", "edit"] }, { pdp, queryClient });
    await settle();
    for (const action of ["delete", "ed", "edit,view"]) {
      await after(() => queryClient.invalidateQueries(decisionFilters({ kind: "document", action })));
    }
    expect(pdp.plans).toHaveLength(1);
    for (const action of ["view", "edit"]) {
      await after(() => queryClient.invalidateQueries(decisionFilters({ kind: "document", action })));
    }
    expect(pdp.plans).toHaveLength(3);
  });

  it("stays while the PDP does not answer, up to maxAge", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
    let isDown = false;
    const pdp = planningPdp(() => (isDown ? Promise.reject(UNAVAILABLE) : { kind: "KIND_ALWAYS_ALLOWED" }));
    const { last } = renderPlan({ ...edit, maxAge: 60_000 }, { pdp });
    await settle();
    isDown = true;
    await after(() => last().refetch());
    await after(() => vi.advanceTimersByTimeAsync(2000));
    expect(last()).toMatchObject({ status: "settled", kind: "ALWAYS_ALLOWED", error: { code: "pdp_unavailable" } });
    await after(() => vi.advanceTimersByTimeAsync(60_000));
    expect(last()).toMatchObject({ status: "error", kind: null, plan: null });
  });
});

describe("promise 11: outside of PermissionsProvider", () => {
  it("throws, and names the hook", () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    expect(() => renderHook(() => usePlan(edit))).toThrow(
      expect.objectContaining({ code: "no_provider", message: expect.stringContaining("usePlan") }),
    );
    vi.mocked(console.error).mockReset();
  });
});

describe("types", () => {
  it("narrow by status", () => {
    expectTypeOf<Extract<PlanResult, { status: "pending" }>["plan"]>().toEqualTypeOf<null>();
    expectTypeOf<Extract<PlanResult, { status: "settled" }>["kind"]>().toEqualTypeOf<
      "ALWAYS_ALLOWED" | "ALWAYS_DENIED" | "CONDITIONAL"
    >();
    expectTypeOf<Extract<PlanResult, { status: "error" }>["error"]>().toEqualTypeOf<Error>();
  });
});
