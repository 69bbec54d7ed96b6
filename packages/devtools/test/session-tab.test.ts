import { principalFromClaims } from "@kinde-cerbos/core";
import { describe, expect, it } from "vitest";
import { addedAttributes, claimRows } from "../src/session/claim-rows.ts";
import { differences } from "../src/session/differences.ts";
import { durationText } from "../src/session/duration-text.ts";
import { missingClaims } from "../src/session/missing-claims.ts";
import { lastChange } from "../src/session/session-change.ts";
import { recordedSession } from "./recorded-session.ts";

describe("claimRows", () => {
  const claims = { sub: "kp_ann", org_code: "org_north", roles: [{ key: "admin" }], jti: "1", permissions: ["a"] };

  it("has the principal's field for each claim", () => {
    const rows = claimRows(claims, principalFromClaims(claims));
    expect(rows.map(({ claim, principalField }) => [claim, principalField])).toEqual([
      ["jti", null],
      ["org_code", "P.attr.orgCode"],
      ["permissions", "P.attr.permissions"],
      ["roles", "P.roles"],
      ["sub", "P.id"],
    ]);
  });

  it("has no field for a claim that the app's map changed", () => {
    const principal = { id: "ann", roles: ["boss"], attr: { orgCode: "other", permissions: ["a"] } };
    const principalField = claimRows(claims, principal).map(({ claim, principalField: found }) => [claim, found]);
    expect(Object.fromEntries(principalField)).toEqual({
      jti: null,
      org_code: null,
      permissions: "P.attr.permissions",
      roles: null,
      sub: null,
    });
  });

  it("has only Hasura names if the token has those", () => {
    const named = { sub: "kp_ann", org_code: "org_north", "x-hasura-org-code": "org_north", constructor: "x" };
    const rows = claimRows(named, principalFromClaims(named));
    expect(rows.map(({ claim, principalField }) => [claim, principalField])).toEqual([
      ["constructor", null],
      ["sub", "P.id"],
      ["x-hasura-org-code", "P.attr.orgCode"],
    ]);
  });
});

describe("addedAttributes", () => {
  it("are the attributes that do not come from a claim", () => {
    const claims = { sub: "kp_ann", email: "a@example.com" };
    const { attr, ...principal } = principalFromClaims(claims);
    const more = { ...principal, attr: { ...attr, email: "b@example.com", plan: "pro" } };
    expect(addedAttributes(claims, more)).toEqual(["email", "plan"]);
    expect(addedAttributes(null, { ...more, attr: { plan: "pro" } })).toEqual(["plan"]);
  });
});

describe("differences", () => {
  it("finds what was added, removed and changed, wherever it is", () => {
    const before = { a: 1, flags: { beta: { v: true }, old: { v: 1 } }, permissions: ["x", "y"], same: { z: [1] } };
    const after = { a: "1", flags: { beta: { v: false } }, permissions: ["y", "z"], same: { z: [1] }, n: null };
    expect(differences(before, after, "claims")).toEqual([
      { path: "claims.a", kind: "changed", before: 1, after: "1" },
      { path: "claims.flags.beta.v", kind: "changed", before: true, after: false },
      { path: "claims.flags.old", kind: "removed", before: { v: 1 }, after: undefined },
      { path: "claims.permissions", kind: "removed", before: "x", after: undefined },
      { path: "claims.permissions", kind: "added", before: undefined, after: "z" },
      { path: "claims.n", kind: "added", before: undefined, after: null },
    ]);
  });

  it("takes no notice of the order of a list", () => {
    expect(differences(["a", "b"], ["b", "a"], "roles")).toEqual([]);
  });
});

describe("lastChange", () => {
  it("is none before a second token", () => {
    const { claims, ...loading } = recordedSession(0);
    expect(lastChange([])).toBeNull();
    expect(lastChange([{ ...loading, claims: null }, recordedSession(1)])).toBeNull();
    const seen = recordedSession(1);
    expect(claims).not.toBeNull();
    expect(lastChange([seen, { ...seen, at: 2, session: { ...seen.session, status: "expired" } }])).toBeNull();
  });

  it("says that decisions stay for a token with the same rights", () => {
    const change = lastChange([recordedSession(1, { exp: 1, jti: "a" }), recordedSession(2, { exp: 2, jti: "b" })]);
    expect(change).toMatchObject({ at: 2, rights: [] });
    expect(change?.text).toMatch(/rights are the same/);
    expect(change?.volatile.map(({ path }) => path)).toEqual(["claims.exp", "claims.jti"]);
  });

  it("has the differences that a policy can see, in claims and principal", () => {
    const change = lastChange([recordedSession(1, { exp: 1 }), recordedSession(2, { exp: 2, permissions: ["edit"] })]);
    expect(change?.text).toMatch(/rights have changed/);
    expect(change?.rights.map(({ path, after }) => [path, after])).toEqual([
      ["claims.permissions", "edit"],
      ["principal.attr.permissions", "edit"],
    ]);
  });

  it("tells another organization and another user", () => {
    expect(lastChange([recordedSession(1), recordedSession(2, { org_code: "org_south" })])?.text).toMatch(
      /organization/,
    );
    expect(lastChange([recordedSession(1), recordedSession(2, { sub: "kp_ben" })])?.text).toMatch(/Another user/);
  });

  it("compares with the token before, whatever states were in between", () => {
    const old = recordedSession(1, { jti: "a" });
    const late = { ...old, at: 2, session: { ...old.session, status: "expired" as const, principal: null } };
    const next = recordedSession(4, { jti: "b" });
    const change = lastChange([old, late, { ...late, at: 3, claims: null }, next, { ...next, at: 5 }]);
    expect(change).toMatchObject({ at: 4, rights: [] });
  });
});

describe("missingClaims", () => {
  it("has core's warning for needed claims, and the names of optional ones", () => {
    const { needed, optional } = missingClaims({ sub: "kp_ann", permissions: [], feature_flags: {}, email: "a@b.c" });
    expect(needed).toMatch(/^The Kinde token has no roles.*Settings > Applications.* Policies that read/);
    expect(optional).toEqual(["org_name", "user_properties", "organization_properties"]);
    expect(missingClaims({ sub: "kp_ann", roles: [], permissions: [], feature_flags: {} }).needed).toBeNull();
  });
});

describe("durationText", () => {
  it.each([
    [-5, "0 s"],
    [999, "0 s"],
    [59_999, "59 s"],
    [60_000, "1 min"],
    [3_599_000, "59 min 59 s"],
    [86_399_000, "23 h 59 min"],
    [90_000_000, "1 d 1 h"],
  ])("%d ms are %s", (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });
});
