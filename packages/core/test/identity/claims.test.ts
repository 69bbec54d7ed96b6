import { claimsFromToken, readClaims } from "@kinde-cerbos/core";
import { describe, expect, it } from "vitest";
import { codeOf, thrownBy, token, tokenOf } from "../support.ts";

describe("readClaims", () => {
  it("keeps what Kinde writes, and what it does not know", () => {
    const payload = {
      iss: "https://demo.kinde.com",
      sub: "kp_alice",
      azp: "client",
      aud: [],
      iat: 1,
      exp: 2,
      org_code: "org_1",
      org_name: "Acme",
      email: "alice@acme.example",
      permissions: ["invoices:read"],
      roles: [{ id: "role_1", key: "admin", name: "Admin" }],
      feature_flags: { beta: { t: "b", v: true } },
      user_properties: { city: { v: "Rome" } },
      organization_properties: { plan: { v: "pro" } },
      scp: ["openid"],
    };
    expect(readClaims(payload)).toEqual(payload);
  });

  const aString = "a string";
  const aNumber = "a number of seconds";
  const strings = "an array of strings";
  const entries = "an object of { v } entries";
  const roles = "an array of { id, key, name }";
  it.each([
    ["iss", 1, aString],
    ["sub", 1, "a string that is not empty"],
    ["sub", "", "a string that is not empty"],
    ["azp", {}, aString],
    ["aud", "https://api.demo", strings],
    ["aud", [1], strings],
    ["iat", "1", aNumber],
    ["exp", "1", aNumber],
    ["exp", Infinity, aNumber],
    ["exp", 1e300, aNumber],
    ["exp", -1e300, aNumber],
    ["org_code", ["org_1"], aString],
    ["org_name", 1, aString],
    ["email", true, aString],
    ["permissions", "all", strings],
    ["permissions", ["a", null], strings],
    ["roles", { key: "admin" }, roles],
    ["roles", ["admin"], roles],
    ["roles", [{ id: "role_1" }], roles],
    ["feature_flags", [], entries],
    ["feature_flags", { beta: true }, entries],
    ["feature_flags", { beta: null }, entries],
    ["feature_flags", { beta: { t: "b" } }, entries],
    ["user_properties", { city: "Rome" }, entries],
    ["organization_properties", "none", entries],
  ])("refuses %s = %j", (claim, value, expected) => {
    expect(() => readClaims({ sub: "kp_alice", [claim]: value })).toThrow(
      expect.objectContaining({
        code: "invalid_claims",
        message: expect.stringContaining(`Claim "${claim}" must be ${expected}.`),
      }),
    );
  });

  it("names the claim as the token has it when its type is wrong", () => {
    const error = thrownBy(() => readClaims({ sub: "kp_alice", "x-hasura-roles": "admin" }));
    expect(error).toMatchObject({
      code: "invalid_claims",
      message: 'Claim "x-hasura-roles" must be an array of { id, key, name }. Is this a Kinde access token?',
    });
  });

  it("fills in plain names for Hasura ones", () => {
    const hasura = {
      "x-hasura-org-code": "org_1",
      "x-hasura-org-name": "Acme",
      "x-hasura-email": "alice@acme.example",
      "x-hasura-permissions": ["invoices:read"],
      "x-hasura-roles": [{ key: "admin" }],
      "x-hasura-feature-flags": { beta: { v: true } },
    };
    expect(readClaims({ sub: "kp_alice", ...hasura })).toEqual({
      ...hasura,
      sub: "kp_alice",
      org_code: "org_1",
      org_name: "Acme",
      email: "alice@acme.example",
      permissions: ["invoices:read"],
      roles: [{ key: "admin" }],
      feature_flags: { beta: { v: true } },
    });
  });

  it.each(["sub", "iss", "azp", "aud", "exp", "iat", "user_properties", "organization_properties"])(
    "knows no other name for %s, which Kinde never renames",
    (claim) => {
      const other = `x-hasura-${claim.replaceAll("_", "-")}`;
      const payload = { sub: "kp_alice", [other]: claim === "exp" || claim === "iat" ? 1 : "kp_mallory" };
      expect(readClaims(payload)).toEqual(payload);
      expect(thrownBy(() => readClaims({ [other]: "kp_mallory" }))).toMatchObject({ code: "invalid_claims" });
    },
  );

  it("prefers the plain name where a token has both", () => {
    const claims = readClaims({ sub: "kp_alice", org_code: "org_1", "x-hasura-org-code": "org_2" });
    expect(claims.org_code).toBe("org_1");
  });

  it("takes null for absent", () => {
    expect(readClaims({ sub: "kp_alice", org_name: null, roles: null })).toEqual({
      sub: "kp_alice",
    });
    expect(readClaims({ sub: "kp_alice", "x-hasura-email": null }).email).toBeUndefined();
    const both = { sub: "kp_alice", org_code: null, "x-hasura-org-code": "org_1" };
    expect(readClaims(both).org_code).toBe("org_1");
  });

  it.each([[{}], [{ sub: null }], [{ azp: "m2m-client", scp: [] }]])("refuses a token of no user: %j", (payload) => {
    expect(thrownBy(() => readClaims(payload))).toMatchObject({
      code: "invalid_claims",
      message: expect.stringContaining("machine-to-machine"),
    });
  });

  it.each([[null], [undefined], ["claims"], [1], [[]]])("refuses the payload %j", (payload) => {
    expect(codeOf(thrownBy(() => readClaims(payload)))).toBe("invalid_claims");
  });

  it("leaves its input alone", () => {
    const payload = Object.freeze({ sub: "kp_alice", org_name: null });
    readClaims(payload);
    expect(payload).toEqual({ sub: "kp_alice", org_name: null });
  });
});

describe("claimsFromToken", () => {
  it("reads unicode, at every length of base64url padding", () => {
    for (const email of ["ü@x.example", "üü@x.example", "日本@x.example", "👩‍🚀@x.example", "~~~???"]) {
      expect(claimsFromToken(token({ email })).email).toBe(email);
    }
  });

  it("reads what base64url spells differently from base64", () => {
    const access = token({ email: "???>>>~~~ÿÿÿ" });
    expect(access.split(".")[1]).toMatch(/[-_]/);
    expect(access).not.toContain("=");
    expect(claimsFromToken(access).email).toBe("???>>>~~~ÿÿÿ");
  });

  it.each([
    ["empty", ""],
    ["one part", "garbage-s3cr3t"],
    ["two parts", token({ email: "s3cr3t" }).split(".").slice(0, 2).join(".")],
    ["four parts", `${token()}.garbage-s3cr3t`],
    ["no base64", "a.*s3cr3t*.c"],
    ["no JSON", tokenOf("s3cr3t, but not JSON")],
    ["JSON that breaks off", tokenOf('{"sub":"s3cr3t')],
    ["no UTF-8", `a.${Buffer.from([0x22, 0xff, 0xfe, 0x22]).toString("base64url")}.c`],
  ])("refuses %s, without quoting it", (_, garbage) => {
    const error = thrownBy(() => claimsFromToken(garbage));
    expect(error).toMatchObject({ code: "invalid_token" });
    expect(error).not.toHaveProperty("cause");
    expect(String(error)).not.toContain("s3cr3t");
  });

  it("refuses a payload that is no object", () => {
    expect(codeOf(thrownBy(() => claimsFromToken(tokenOf("[]"))))).toBe("invalid_claims");
    expect(codeOf(thrownBy(() => claimsFromToken(tokenOf("null"))))).toBe("invalid_claims");
  });
});
