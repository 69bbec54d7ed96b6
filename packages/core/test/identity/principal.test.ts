import { anonymousPrincipal, principalFromClaims, readClaims } from "@kinde-cerbos/core";
import { describe, expect, it } from "vitest";

const empty = { permissions: [], featureFlags: {}, userProperties: {}, organizationProperties: {} };

describe("principalFromClaims", () => {
  it("makes a principal of a full token", () => {
    const claims = readClaims({
      sub: "kp_alice",
      org_code: "org_1",
      org_name: "Acme",
      email: "alice@acme.example",
      permissions: ["invoices:read", "invoices:write"],
      roles: [
        { id: "role_1", key: "admin", name: "Admin" },
        { id: "role_2", key: "auditor", name: "Auditor" },
      ],
      feature_flags: {
        beta: { t: "b", v: true },
        seats: { t: "i", v: 5 },
        theme: { t: "j", v: { dark: 1 } },
      },
      user_properties: { city: { v: "Rome" } },
      organization_properties: { plan: { v: null } },
    });
    expect(principalFromClaims(claims)).toStrictEqual({
      id: "kp_alice",
      roles: ["user", "admin", "auditor"],
      attr: {
        orgCode: "org_1",
        orgName: "Acme",
        email: "alice@acme.example",
        permissions: ["invoices:read", "invoices:write"],
        featureFlags: { beta: true, seats: 5, theme: { dark: 1 } },
        userProperties: { city: "Rome" },
        organizationProperties: { plan: null },
      },
    });
  });

  it("makes a principal of a token that says only who", () => {
    expect(principalFromClaims({ sub: "kp_alice" })).toStrictEqual({
      id: "kp_alice",
      roles: ["user"],
      attr: empty,
    });
  });

  it("makes the same principal of Hasura names", () => {
    const plain = { org_code: "org_1", permissions: ["a"], roles: [{ key: "admin" }] };
    const hasura = {
      "x-hasura-org-code": "org_1",
      "x-hasura-permissions": ["a"],
      "x-hasura-roles": [{ key: "admin" }],
    };
    expect(principalFromClaims(readClaims({ sub: "kp_alice", ...hasura }))).toStrictEqual(
      principalFromClaims(readClaims({ sub: "kp_alice", ...plain })),
    );
  });

  it("names no role twice, for Cerbos refuses that", () => {
    const claims = {
      sub: "kp_alice",
      roles: [{ key: "user" }, { key: "admin" }, { key: "admin" }],
    };
    expect(principalFromClaims(claims).roles).toEqual(["user", "admin"]);
  });

  it("takes other base roles", () => {
    const claims = { sub: "kp_alice", roles: [{ key: "admin" }] };
    expect(principalFromClaims(claims, { baseRoles: ["member", "person"] }).roles).toEqual([
      "member",
      "person",
      "admin",
    ]);
  });

  it("takes the scope of the organization, where there is one", () => {
    const options = {
      scopeFromOrg: (orgCode: string) => (orgCode === "org_1" ? `tenants.${orgCode}` : undefined),
    };
    expect(principalFromClaims({ sub: "kp_alice", org_code: "org_1" }, options).scope).toBe("tenants.org_1");
    expect(principalFromClaims({ sub: "kp_alice", org_code: "org_2" }, options)).not.toHaveProperty("scope");
    expect(principalFromClaims({ sub: "kp_alice" }, options)).not.toHaveProperty("scope");
  });

  it("leaves the last word to map", () => {
    const claims = readClaims({ sub: "kp_alice", department: "sales" });
    const principal = principalFromClaims(claims, {
      map: ({ department }, { id, roles, attr }) => ({
        id,
        roles: [...roles, "seller"],
        attr: { ...attr, department: String(department) },
        policyVersion: "v2",
      }),
    });
    expect(principal).toStrictEqual({
      id: "kp_alice",
      roles: ["user", "seller"],
      attr: { ...empty, department: "sales" },
      policyVersion: "v2",
    });
  });

  it("takes a flag named __proto__ for a flag", () => {
    const claims = readClaims(
      JSON.parse('{"sub":"kp_alice","feature_flags":{"__proto__":{"t":"j","v":{"admin":true}}}}'),
    );
    const { featureFlags } = principalFromClaims(claims).attr;
    expect(JSON.stringify(featureFlags)).toBe('{"__proto__":{"admin":true}}');
    expect(Object.getPrototypeOf(featureFlags)).toBe(Object.prototype);
    expect(featureFlags).not.toHaveProperty("admin");
  });

  it("shares no array with the claims", () => {
    const permissions = ["a"];
    const principal = principalFromClaims({ sub: "kp_alice", permissions });
    permissions.push("b");
    expect(principal.attr["permissions"]).toEqual(["a"]);
  });
});

describe("anonymousPrincipal", () => {
  it("is nobody, with a role that Cerbos accepts", () => {
    expect(anonymousPrincipal()).toStrictEqual({ id: "anonymous", roles: ["anonymous"], attr: {} });
  });
});
