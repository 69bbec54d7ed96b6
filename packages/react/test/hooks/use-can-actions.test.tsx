import { type CanActionsResult, type CanResult, useCanActions, type UseCanActionsOptions } from "@kinde-cerbos/react";
import { recordedChecks, renderHookWithPermissions, type TestPermissions } from "@kinde-cerbos/testing";
import { QueryClient } from "@tanstack/react-query";
import { waitFor } from "@testing-library/react";
import { describe, expect, expectTypeOf, it, vi } from "vitest";
import {
  after,
  type AppOptions,
  askedOf,
  decidingPdp,
  document1,
  fakePdp,
  renderAsking,
  settle,
  slowPdp,
} from "../support.tsx";

const renderActions = (options: UseCanActionsOptions<string>, app?: AppOptions) =>
  renderAsking(useCanActions<string>, options, app);

/** The same, with the testing kit. */
const renderForUser = (options: UseCanActionsOptions<string>, permissions: TestPermissions = ALLOWED) =>
  renderHookWithPermissions(useCanActions<string>, permissions, { initialProps: options });
const ALLOWED: TestPermissions = { can: { document: true } };

/** By any name, asked or not. */
const allowedIn = ({ allowed }: CanActionsResult<string>): { readonly [name: string]: boolean } => allowed;
const resultsIn = ({ results }: CanActionsResult<string>): { readonly [name: string]: CanResult } => results;

const inStatus = (status: string) => ({ actions: ["view", "edit"], resource: { ...document1, attr: { status } } });

/** Allows all but deleting. */
const cautiousPdp = () => decidingPdp((action) => (action === "delete" ? "EFFECT_DENY" : "EFFECT_ALLOW"));

describe("several actions", () => {
  it("are one entry of one request, each with its own answer", async () => {
    const pdp = cautiousPdp();
    const { last } = renderActions({ actions: ["view", "edit", "delete"], resource: document1 }, { pdp });
    expect(last()).toMatchObject({
      status: "pending",
      isPending: true,
      allowed: { view: false, edit: false, delete: false },
      error: null,
    });
    await settle();
    expect(last()).toMatchObject({
      status: "settled",
      isPending: false,
      allowed: { view: true, edit: true, delete: false },
      error: null,
    });
    expect(resultsIn(last())["delete"]).toMatchObject({ status: "denied", reason: "policy" });
    expect(askedOf(pdp)).toEqual([["1: view edit delete"]]);
  });

  it("of which two are the same are asked once", async () => {
    const pdp = cautiousPdp();
    const { last } = renderActions({ actions: ["view", "delete", "view"], resource: document1 }, { pdp });
    await settle();
    expect(last().allowed).toEqual({ view: true, delete: false });
    expect(askedOf(pdp)).toEqual([["1: view delete"]]);
  });

  it("may be none: nothing is asked, and nothing allowed", () => {
    const { result } = renderForUser({ actions: [], resource: document1 });
    expect(result.current).toMatchObject({ status: "settled", isPending: false, error: null });
    expect(result.current.allowed).toEqual({});
    expect(recordedChecks()).toEqual([]);
  });

  it.each(["__proto__", "constructor", "toString", "hasOwnProperty"])(
    "may be named %s, and it is denied where it is",
    (name) => {
      const options = { actions: [name, "view"], resource: document1 };
      const { result, setPermissions } = renderForUser(options, { can: () => "pending" });
      expect(allowedIn(result.current)[name]).toBe(false);
      setPermissions({ can: ({ action }) => action !== name });
      expect(allowedIn(result.current)[name]).toBe(false);
      expect(resultsIn(result.current)[name]).toMatchObject({ status: "denied" });
      expect(allowedIn(result.current)["view"]).toBe(true);
    },
  );

  it.each(["__proto__", "constructor", "toString", "edit"])("do not allow %s, which was not asked", (name) => {
    const { result } = renderForUser({ actions: ["view"], resource: document1 });
    expect(allowedIn(result.current)["view"]).toBe(true);
    expect(allowedIn(result.current)[name]).toBeFalsy();
    expect(resultsIn(result.current)[name]).toBeUndefined();
  });

  it("of which one is none: an error for that one alone", () => {
    const options = { actions: ["view", ""], resource: document1 };
    const { result, setPermissions } = renderForUser(options, { can: () => "pending" });
    expect(result.current.status).toBe("pending");
    setPermissions(ALLOWED);
    expect(result.current).toMatchObject({ status: "error", isPending: false, error: { code: "invalid_check" } });
    expect(result.current.allowed).toEqual({ view: true, "": false });
    expect(resultsIn(result.current)["view"]).toMatchObject({ status: "allowed" });
    expect(recordedChecks().map(({ action }) => action)).toEqual(["view", "view"]);
  });

  it("of a resource that is not loaded are errors, and nothing is asked", () => {
    // @ts-expect-error -- a resource that is not loaded
    const { result } = renderForUser({ actions: ["view"], resource: undefined });
    expect(result.current).toMatchObject({
      status: "error",
      allowed: { view: false },
      error: { code: "invalid_check" },
    });
    expect(recordedChecks()).toEqual([]);
  });

  it("of which all fail are all denied", async () => {
    const options = { actions: ["view", "edit"], resource: document1 };
    const { result } = renderForUser(options, { can: () => new Error("down") });
    await waitFor(() => expect(result.current).toMatchObject({ status: "error", error: { code: "pdp_unavailable" } }));
    expect(result.current.allowed).toEqual({ view: false, edit: false });
  });
});

describe("what changes", () => {
  it("an equal list and resource written inline are neither asked nor rendered again", async () => {
    const pdp = fakePdp();
    const { results, change } = renderActions(inStatus("draft"), { pdp });
    await settle();
    results.length = 0;
    change(inStatus("draft"));
    await settle();
    expect(results).toHaveLength(1);
    expect(pdp.requests).toHaveLength(1);
  });

  it("the same list gives the same result, so that what depends on it does not render", () => {
    const { result, rerender } = renderForUser({ actions: ["view"], resource: document1 });
    const before = result.current;
    rerender({ actions: ["view"], resource: { ...document1 } });
    expect(result.current).toBe(before);
  });

  it("attributes: all are asked anew and pending, and the old answers are not shown", async () => {
    const pdp = decidingPdp((_, { attr }) => (attr["status"] === "draft" ? "EFFECT_ALLOW" : "EFFECT_DENY"));
    const { results, change } = renderActions(inStatus("draft"), { pdp });
    await settle();
    results.length = 0;
    change(inStatus("public"));
    await settle();
    expect(results.map(({ status, allowed }) => [status, allowed])).toEqual([
      ["pending", { view: false, edit: false }],
      ["settled", { view: false, edit: false }],
    ]);
  });

  it("one more action: only that one is asked, and the others stay", async () => {
    const pdp = cautiousPdp();
    const { results, change } = renderActions({ actions: ["view"], resource: document1 }, { pdp });
    await settle();
    results.length = 0;
    change({ actions: ["view", "delete"], resource: document1 });
    await settle();
    expect(results.map(({ status, allowed }) => [status, allowed])).toEqual([
      ["pending", { view: true, delete: false }],
      ["settled", { view: true, delete: false }],
    ]);
    expect(askedOf(pdp)).toEqual([["1: view"], ["1: delete"]]);
  });

  it("one more action while the first is under way: that one goes on, and is not asked twice", async () => {
    const pdp = slowPdp();
    const { last, change } = renderActions({ actions: ["view"], resource: document1 }, { pdp });
    await settle();
    change({ actions: ["view", "edit"], resource: document1 });
    await settle();
    expect(pdp.requests[0]?.signal.aborted).toBe(false);
    expect(askedOf(pdp)).toEqual([["1: view"], ["1: edit"]]);
    await after(pdp.answer);
    expect(last().allowed).toEqual({ view: true, edit: true });
  });

  it("names in another order get their own answers", () => {
    const permissions = { can: { document: ["view"] } };
    const { result, rerender } = renderForUser({ actions: ["view", "delete"], resource: document1 }, permissions);
    rerender({ actions: ["delete", "view"], resource: document1 });
    expect(result.current.allowed).toEqual({ view: true, delete: false });
    expect(recordedChecks()).toHaveLength(2);
  });
});

describe("options", () => {
  it("enabled: false asks nothing and stays pending", async () => {
    const options = { actions: ["view"], resource: document1 };
    const { result, rerender } = renderForUser({ ...options, enabled: false });
    await settle();
    expect(result.current).toMatchObject({ status: "pending", allowed: { view: false }, isFetching: false });
    expect(recordedChecks()).toEqual([]);
    rerender(options);
    expect(result.current).toMatchObject({ status: "settled", allowed: { view: true } });
  });

  it("a closed gate denies all, and asks nothing", () => {
    const { result } = renderForUser({ actions: ["view", "edit"], resource: document1, permission: "read:docs" });
    expect(result.current).toMatchObject({ status: "settled", allowed: { view: false, edit: false } });
    expect(resultsIn(result.current)["edit"]).toMatchObject({
      status: "denied",
      reason: "permission",
      decision: null,
    });
    expect(recordedChecks()).toEqual([]);
  });

  it("StrictMode asks once", async () => {
    const pdp = fakePdp();
    renderActions({ actions: ["view", "edit"], resource: document1 }, { pdp, strict: true });
    await settle();
    expect(askedOf(pdp)).toEqual([["1: view edit"]]);
  });

  it("refetch asks all of them again, in one request", async () => {
    let effect: "EFFECT_ALLOW" | "EFFECT_DENY" = "EFFECT_ALLOW";
    const pdp = decidingPdp(() => effect);
    const { last } = renderActions({ actions: ["view", "edit"], resource: document1 }, { pdp });
    await settle();
    effect = "EFFECT_DENY";
    await after(() => last().refetch());
    expect(last().allowed).toEqual({ view: false, edit: false });
    expect(askedOf(pdp)).toEqual([["1: view edit"], ["1: view edit"]]);
  });

  it("isFetching is true while any of them is requested for longer than 100 ms", async () => {
    vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"] });
    const queryClient = new QueryClient();
    const pdp = slowPdp();
    const { results } = renderActions({ actions: ["view"], resource: document1 }, { queryClient, pdp });
    await settle();
    await after(pdp.answer);
    results.length = 0;
    await after(() => void queryClient.invalidateQueries());
    expect(results).toEqual([]);
    await after(() => vi.advanceTimersByTimeAsync(100));
    await after(pdp.answer);
    expect(results.map(({ isFetching }) => isFetching)).toEqual([true, false]);
    vi.useRealTimers();
  });
});

/** Compiled, never rendered. */
function Misuse(): null {
  const { allowed } = useCanActions({ actions: ["view", "edit"], resource: document1 });
  // @ts-expect-error -- it was not asked
  const other: boolean = allowed.delete;
  // @ts-expect-error -- actions are missing
  useCanActions({ resource: document1 });
  return other ? null : null;
}

describe("types", () => {
  it("know each action by its name", () => {
    expect(Misuse).toBeTypeOf("function");
    type Result = CanActionsResult<"view" | "edit">;
    expectTypeOf<Result["allowed"]["view"]>().toEqualTypeOf<boolean>();
    expectTypeOf<Result["results"]["edit"]>().toEqualTypeOf<CanResult>();
    expectTypeOf<Result["status"]>().toEqualTypeOf<"pending" | "settled" | "error">();
  });
});
