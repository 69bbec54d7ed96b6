import { type JsonInput } from "@kinde-cerbos/core";
import { type KindeGate, useCan } from "@kinde-cerbos/react";
import { clearRecordedChecks, recordedChecks, renderHookWithPermissions, type TestUser } from "@kinde-cerbos/testing";
import { act } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { document1, FakeKinde, renderAsking, settle } from "../support.tsx";

const view = { action: "view", resource: document1 };
const ALLOWED = { can: { document: true } };

/** What a gate comes to for a user with these claims, and with other attributes. The PDP allows everything. */
function outcomeOf(gate: KindeGate, claims: TestUser["claims"] = {}, user: TestUser = {}, permissions = ALLOWED) {
  clearRecordedChecks();
  const useGate = () => useCan({ ...view, ...gate });
  const { result } = renderHookWithPermissions(useGate, { user: { ...user, claims }, ...permissions });
  const { status, reason, allowed } = result.current;
  return { outcome: reason ?? status, allowed, asked: recordedChecks().length };
}

const OPEN = { outcome: "allowed", allowed: true, asked: 1 };
const having = (entitlements: JsonInput): TestUser => ({ attr: { entitlements } });
const closed = (outcome: keyof KindeGate) => ({ outcome, allowed: false, asked: 0 });
const flags = (v: unknown) => ({ feature_flags: { beta: { t: "s", v } } });

// A token without permissions is worth a hint, which is not what is tested here.
beforeEach(() => void vi.spyOn(console, "warn").mockImplementation(() => undefined));
afterEach(() => void vi.mocked(console.warn).mockReset());

describe("a permission", () => {
  it.each([
    ["that the user has", "read:docs", { permissions: ["read:docs"] }, OPEN],
    ["by Hasura's name", "read:docs", { permissions: undefined, "x-hasura-permissions": ["read:docs"] }, OPEN],
    ["that the user has not", "read:docs", { permissions: ["write:docs"] }, closed("permission")],
    ["in a token without permissions", "read:docs", { permissions: undefined }, closed("permission")],
    ["that is part of another", "read", { permissions: ["read:docs"] }, closed("permission")],
    ["in other case", "READ:DOCS", { permissions: ["read:docs"] }, closed("permission")],
    ["that is empty", "", { permissions: ["read:docs"] }, closed("permission")],
    ["named as a property of lists", "length", { permissions: ["read:docs"] }, closed("permission")],
  ])("%s", (_, permission, claims, expected) => {
    expect(outcomeOf({ permission }, claims)).toEqual(expected);
  });
});

describe("a role", () => {
  const editor = { roles: [{ id: "role_1", key: "editor", name: "Chief editor" }] };

  it.each([
    ["that the user has", "editor", editor, OPEN],
    ["by Hasura's name", "editor", { roles: undefined, "x-hasura-roles": editor.roles }, OPEN],
    ["that the user has not", "admin", editor, closed("role")],
    ["by its id", "role_1", editor, closed("role")],
    ["by its name", "Chief editor", editor, closed("role")],
    ["in a token without roles", "editor", { roles: undefined }, closed("role")],
    ["of everybody's base roles, which are not Kinde's", "user", editor, closed("role")],
  ])("%s", (_, role, claims, expected) => {
    expect(outcomeOf({ role }, claims)).toEqual(expected);
  });
});

describe("a list", () => {
  const claims = {
    roles: [{ key: "editor" }, { key: "admin" }],
    permissions: ["a", "b"],
    feature_flags: { beta: { v: true }, tier: { v: "gold" } },
  };
  const beta = { key: "beta", value: true };
  const tier = { key: "tier", value: "gold" };

  it.each<[keyof KindeGate, KindeGate, KindeGate]>([
    ["role", { role: ["editor", "admin"] }, { role: ["editor", "owner"] }],
    ["permission", { permission: ["b", "a"] }, { permission: ["a", "c"] }],
    ["flag", { flag: [beta, tier] }, { flag: [beta, { key: "tier", value: "silver" }] }],
    ["entitlement", { entitlement: ["pro", "sso"] }, { entitlement: ["pro", "audit"] }],
  ])("of several of %s needs all of them", (part, held, tooMuch) => {
    const user = having({ pro: 5, sso: null });
    expect(outcomeOf(held, claims, user)).toEqual(OPEN);
    expect(outcomeOf(tooMuch, claims, user)).toEqual(closed(part));
    expect(outcomeOf({ [part]: [] }, claims, user)).toEqual(closed(part));
    expect(outcomeOf({ [part]: [undefined] }, claims, user)).toEqual(closed(part));
    expect(outcomeOf({ ...held, [part]: [...[held[part] ?? []].flat(), null] }, claims, user)).toEqual(closed(part));
  });
});

describe("a flag", () => {
  it.each<[string, JsonInput, unknown, boolean]>([
    ["true for true", true, true, true],
    ["false for false: the value is asked, not its truth", false, false, true],
    ["text for the same text", "blue", "blue", true],
    ["a number for the same number", 3, 3, true],
    ["false for true", true, false, false],
    ['"false" for true: a text is no truth', true, "false", false],
    ['"true" for true', true, "true", false],
    ['"false" for false', false, "false", false],
    ['"3" for 3', 3, "3", false],
    ['3 for "3"', "3", 3, false],
    ["1 for true", true, 1, false],
    ["0 for false", false, 0, false],
    ["null for false", false, null, false],
    ["an object for text", "[object Object]", {}, false],
    ["null for null", null, null, true],
    ["a list of the same", ["a", { b: 1 }], ["a", { b: 1 }], true],
    ["a list in another order", ["a", "b"], ["b", "a"], false],
    ["a longer list", ["a"], ["a", "b"], false],
    ["an object of the same, in another order", { a: 1, b: [true] }, { b: [true], a: 1 }, true],
    ["an object with more", { a: 1 }, { a: 1, b: 2 }, false],
    ["an object with less", { a: 1, b: 2 }, { a: 1 }, false],
    ["an object with another value deep in it", { a: { b: 1 } }, { a: { b: "1" } }, false],
    ["an empty object for an empty list", {}, [], false],
  ])("%s", (_, value, actual, passes) => {
    expect(outcomeOf({ flag: { key: "beta", value } }, flags(actual))).toEqual(passes ? OPEN : closed("flag"));
  });

  it("by Hasura's name", () => {
    const claims = { feature_flags: undefined, "x-hasura-feature-flags": { beta: { t: "b", v: true } } };
    expect(outcomeOf({ flag: { key: "beta", value: true } }, claims)).toEqual(OPEN);
  });

  it.each(["gamma", "constructor", "__proto__", "toString"])("%s, which is not there, is closed", (key) => {
    expect(outcomeOf({ flag: { key, value: false } }, flags(true))).toEqual(closed("flag"));
  });

  it("in a token without flags is closed", () => {
    expect(outcomeOf({ flag: { key: "beta", value: false } }, { feature_flags: undefined })).toEqual(closed("flag"));
  });
});

describe("an entitlement", () => {
  it.each([
    ["in a list", ["pro"], OPEN],
    ["in an object, with its limit", { pro: 5 }, OPEN],
    ["in an object, without a limit", { pro: null }, OPEN],
    ["not in a list", ["basic"], closed("entitlement")],
    ["not in an object", { basic: 1 }, closed("entitlement")],
    ["in an object, and false", { pro: false }, closed("entitlement")],
    ["in a text", "pro", closed("entitlement")],
    ["in an empty list", [], closed("entitlement")],
  ])("%s", (_, entitlements, expected) => {
    expect(outcomeOf({ entitlement: "pro" }, {}, having(entitlements))).toEqual(expected);
  });

  it("of a user without any is closed", () => {
    expect(outcomeOf({ entitlement: "pro" })).toEqual(closed("entitlement"));
  });

  it.each(["constructor", "__proto__", "length"])("%s, which is not there, is closed", (entitlement) => {
    expect(outcomeOf({ entitlement }, {}, having({ pro: 1 }))).toEqual(closed("entitlement"));
    expect(outcomeOf({ entitlement }, {}, having(["pro"]))).toEqual(closed("entitlement"));
  });
});

describe("a gate that is there but not loaded", () => {
  it.each<[keyof KindeGate, object]>([
    ["permission", { permission: undefined }],
    ["flag", { flag: undefined }],
    ["flag", { flag: { key: "beta", value: undefined } }],
    ["flag", { flag: { key: undefined, value: true } }],
    ["entitlement", { entitlement: undefined }],
    ["role", { role: undefined }],
    ["role", { role: null }],
    ["permission", { permission: null }],
    ["flag", { flag: null }],
    ["entitlement", { entitlement: null }],
  ])("%s: closed, and nothing is asked", (part, gate) => {
    const claims = { permissions: ["undefined", "null"], ...flags(true) };
    expect(outcomeOf(gate, claims)).toEqual(closed(part));
  });
});

describe("a gate and the PDP", () => {
  const gate = { permission: "read:docs", flag: { key: "beta", value: true } };

  it("must both say yes", () => {
    const claims = { permissions: ["read:docs"], ...flags(true) };
    expect(outcomeOf(gate, claims)).toEqual(OPEN);
    const denied = outcomeOf(gate, claims, {}, { can: { document: false } });
    expect(denied).toMatchObject({ outcome: "policy", allowed: false });
  });

  it("all parts of it must hold, and the first that does not is the reason", () => {
    expect(outcomeOf(gate, flags(true))).toEqual(closed("permission"));
    expect(outcomeOf(gate, { permissions: ["read:docs"] })).toEqual(closed("flag"));
    expect(outcomeOf(gate)).toEqual(closed("permission"));
  });

  it("is pending while the session is, and nothing is said", () => {
    const { result } = renderHookWithPermissions(() => useCan({ ...view, ...gate }), { user: "loading", ...ALLOWED });
    expect(result.current).toMatchObject({ status: "pending", reason: null });
  });

  it("is an error where the session is one", async () => {
    const kinde = new FakeKinde().signIn("not a token");
    const { last } = renderAsking(useCan, { ...view, ...gate }, { kinde });
    await settle();
    expect(last()).toMatchObject({ status: "error", allowed: false, error: { code: "invalid_token" } });
  });

  it("is closed to somebody who is not signed in", () => {
    const permissions = { user: null, anonymous: true, ...ALLOWED };
    const { result } = renderHookWithPermissions(() => useCan({ ...view, ...gate }), permissions);
    expect(result.current).toMatchObject({ status: "denied", reason: "permission" });
  });

  it("is not looked at with enabled: false", () => {
    const { result } = renderHookWithPermissions(() => useCan({ ...view, ...gate, enabled: false }), ALLOWED);
    expect(result.current).toMatchObject({ status: "pending", reason: null });
  });

  it("opens when a token with other claims comes, and then the PDP is asked", () => {
    const { result, setPermissions } = renderHookWithPermissions(
      () => useCan({ ...view, permission: "read:docs" }),
      ALLOWED,
    );
    expect(result.current).toMatchObject({ status: "denied", reason: "permission" });
    expect(recordedChecks()).toEqual([]);
    setPermissions({ user: { permissions: ["read:docs"] } });
    expect(result.current).toMatchObject({ status: "allowed" });
    expect(recordedChecks()).toHaveLength(1);
  });

  it("closes again: what the PDP has allowed is denied at once", () => {
    const { result, rerender } = renderHookWithPermissions(
      (permission: string) => useCan({ ...view, permission }),
      { user: { permissions: ["read:docs"] }, ...ALLOWED },
      { initialProps: "read:docs" },
    );
    expect(result.current).toMatchObject({ status: "allowed" });
    rerender("write:docs");
    expect(result.current).toMatchObject({ status: "denied", allowed: false, reason: "permission", decision: null });
  });

  it("that is closed has nothing to ask again", async () => {
    const { result } = renderHookWithPermissions(() => useCan({ ...view, permission: "read:docs" }), ALLOWED);
    await act(() => result.current.refetch());
    expect(result.current).toMatchObject({ status: "denied", isFetching: false });
    expect(recordedChecks()).toEqual([]);
  });
});
