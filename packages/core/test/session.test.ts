import { createSession, type Principal, renewSession, type SessionOptions } from "@kinde-cerbos/core";
import * as fc from "fast-check";
import { inspect } from "node:util";
import { afterEach, describe, expect, it, vi } from "vitest";
import { codeOf, SIGNATURE, token, tokenOf } from "./support.ts";

const rights = {
  iss: "https://demo.kinde.com",
  azp: "client",
  aud: ["https://api.demo"],
  org_code: "org_1",
  org_name: "Acme",
  email: "alice@acme.example",
  permissions: ["invoices:read"],
  roles: [{ id: "role_1", key: "admin", name: "Admin" }],
  feature_flags: { beta: { t: "b", v: true } },
  user_properties: { city: { v: "Rome" } },
  organization_properties: { plan: { v: "pro" } },
};

const volatile = {
  iat: 1,
  exp: 2,
  nbf: 3,
  jti: "jti-1",
  auth_time: 4,
  rat: 5,
  at_hash: "hash-1",
  nonce: "nonce-1",
};

const idOf = async (claims: object, options?: SessionOptions): Promise<string> =>
  (await createSession(token(claims), options)).id;

const rejection = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => "resolved",
    (error: unknown) => error,
  );

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("createSession", () => {
  it("holds what the token says", async () => {
    const access = token({ ...rights, exp: 1_700_000_000 });
    const session = await createSession(access);
    expect(session).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f]{64}$/),
      principal: { id: "kp_alice", roles: ["user", "admin"] },
      claims: { org_code: "org_1" },
      expiresAt: 1_700_000_000_000,
    });
    expect(session.token).toBe(access);
  });

  it("is nobody's without a token", async () => {
    const session = await createSession(null);
    expect(session).toMatchObject({
      principal: { id: "anonymous", roles: ["anonymous"], attr: {} },
      claims: null,
      expiresAt: null,
    });
    expect(session.token).toBeNull();
    expect(session.id).toBe((await createSession(null)).id);
    expect(session.id).not.toBe(await idOf({ sub: "anonymous" }));
  });

  it("never ends where the token has no exp", async () => {
    expect((await createSession(token())).expiresAt).toBeNull();
  });

  it("takes the principal's options", async () => {
    const session = await createSession(token(), { principal: { baseRoles: ["member"] } });
    expect(session.principal.roles).toEqual(["member"]);
  });

  it("keeps its principal as it was hashed, whatever becomes of the object of map", async () => {
    const roles = ["user"];
    const attr = { nickname: undefined };
    const { principal } = await createSession(token(), {
      // @ts-expect-error An undefined attribute is not JSON, but it comes from JavaScript.
      principal: { map: ({ sub }) => ({ id: sub, roles, attr }) },
    });
    roles.push("admin");
    expect(principal).toStrictEqual({ id: "kp_alice", roles: ["user"], attr: {} });
  });

  it("refuses a principal that is not JSON, with the path", async () => {
    const session = createSession(token(), {
      // @ts-expect-error A Date is not JSON.
      principal: { map: (_, principal) => ({ ...principal, attr: { since: new Date(0) } }) },
    });
    await expect(session).rejects.toThrow(
      expect.objectContaining({
        code: "invalid_claims",
        message: expect.stringContaining(
          "session.principal.attr.since is not JSON: an instance of Date.",
        ),
      }),
    );
  });

  it("rejects what is no token and what has no user", async () => {
    expect(codeOf(await rejection(createSession("garbage")))).toBe("invalid_token");
    expect(codeOf(await rejection(createSession(token({ sub: null }))))).toBe("invalid_claims");
  });

  it.each([
    ["no crypto", undefined],
    ["no crypto.subtle", {}],
  ])("rejects on an insecure page: %s", async (_, crypto) => {
    vi.stubGlobal("crypto", crypto);
    expect(await rejection(createSession(token()))).toMatchObject({
      code: "insecure_context",
      message: expect.stringContaining("HTTPS"),
    });
  });
});

describe("session id", () => {
  it.each(Object.entries(volatile))("is the same with another %s", async (claim, value) => {
    const id = await idOf(rights);
    expect(await idOf({ ...rights, [claim]: value })).toBe(id);
    const other = typeof value === "number" ? value + 1 : `${value}-2`;
    expect(await idOf({ ...rights, [claim]: other })).toBe(id);
  });

  it("is the same with all of them new, and the keys in another order", async () => {
    const reordered = Object.fromEntries(Object.entries({ ...rights, ...volatile }).toReversed());
    expect(await idOf(reordered)).toBe(await idOf(rights));
  });

  it.each<[string, object]>([
    ["sub", { sub: "kp_bob" }],
    ["iss", { iss: "https://other.kinde.com" }],
    ["azp", { azp: "other" }],
    ["aud", { aud: [] }],
    ["org_code", { org_code: "org_2" }],
    ["org_name", { org_name: "Acme Ltd" }],
    ["email", { email: "alice@other.example" }],
    ["permissions", { permissions: [] }],
    ["a role", { roles: [] }],
    ["a role's name", { roles: [{ id: "role_1", key: "admin", name: "Boss" }] }],
    ["a flag", { feature_flags: { beta: { t: "b", v: false } } }],
    ["a flag's type", { feature_flags: { beta: { t: "s", v: true } } }],
    ["a user property", { user_properties: { city: { v: "Oslo" } } }],
    ["an organization property", { organization_properties: { plan: { v: "free" } } }],
    ["a claim of the app's own", { tier: 1 }],
    ["a nested claim with a volatile name", { custom: { exp: 1 } }],
  ])("is another with another %s", async (_, change) => {
    expect(await idOf({ ...rights, ...change })).not.toBe(await idOf(rights));
  });

  it("is another for any change at any depth", async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), fc.nat(), async (custom, at) => {
        const changed = changedAt(custom, { steps: at % sizeOf(custom) });
        expect(await idOf({ ...rights, custom: changed })).not.toBe(
          await idOf({ ...rights, custom }),
        );
      }),
    );
  });

  it("is another for another principal made of the same claims", async () => {
    const options = { principal: { scopeFromOrg: (orgCode: string) => orgCode } };
    expect(await idOf(rights, options)).not.toBe(await idOf(rights));
  });

  it("tells __proto__ from what it would set", async () => {
    const session = await createSession(
      tokenOf('{"sub":"kp_alice","__proto__":{"org_code":"org_1"}}'),
    );
    expect(session.claims?.org_code).toBeUndefined();
    expect(session.id).not.toBe(await idOf({}));
  });
});

describe("renewSession", () => {
  it("is the same object for the same token", async () => {
    const access = token(rights);
    const session = await createSession(access);
    expect(renewSession(session, access)).toBe(session);
    const anonymous = await createSession(null);
    expect(renewSession(anonymous, null)).toBe(anonymous);
  });

  it("is a new session of the same id for a newer token", async () => {
    const session = await createSession(token({ ...rights, exp: 100 }));
    const newer = token({ ...rights, exp: 200, jti: "jti-2" });
    const renewed = renewSession(session, newer);
    expect(renewed).toMatchObject({ id: session.id, expiresAt: 200_000, claims: { jti: "jti-2" } });
    expect(renewed?.token).toBe(newer);
    expect(session).toMatchObject({ expiresAt: 100_000 });
  });

  it("can be renewed again and again", async () => {
    const session = await createSession(token({ exp: 100 }));
    const second = renewSession(session, token({ exp: 200 }));
    const third = second && renewSession(second, token({ exp: 300 }));
    expect(third).toMatchObject({ id: session.id, expiresAt: 300_000 });
  });

  it("needs no Web Crypto, so it is done at once", async () => {
    const session = await createSession(token({ exp: 100 }));
    vi.stubGlobal("crypto", undefined);
    expect(renewSession(session, token({ exp: 200 }))?.id).toBe(session.id);
  });

  it("is null for other rights, another user, nobody", async () => {
    const session = await createSession(token(rights));
    expect(renewSession(session, token({ ...rights, permissions: [] }))).toBeNull();
    expect(renewSession(session, token({ ...rights, sub: "kp_bob" }))).toBeNull();
    expect(renewSession(session, null)).toBeNull();
    expect(renewSession(await createSession(null), token(rights))).toBeNull();
  });

  it("is null where other options make another principal", async () => {
    const session = await createSession(token({ exp: 100 }));
    expect(
      renewSession(session, token({ exp: 200 }), { principal: { baseRoles: ["member"] } }),
    ).toBeNull();
  });

  it("throws for what is no token", async () => {
    const session = await createSession(token());
    expect(() => renewSession(session, "garbage")).toThrow(
      expect.objectContaining({ code: "invalid_token" }),
    );
  });
});

describe("promise 12: nothing leaks", () => {
  it("shows no token where a session is logged, serialized or spread", async () => {
    const session = await createSession(token(rights));
    expect(session.token).toContain(SIGNATURE);
    const shown = [
      JSON.stringify(session),
      inspect(session, { depth: null }),
      inspect({ ...session }, { depth: null, showHidden: true }),
      session.id,
    ];
    expect(shown.join()).not.toContain(SIGNATURE);
  });
});

/** How many values a value holds, itself among them. */
function sizeOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 1;
  return Object.values(value).reduce((sum: number, item) => sum + sizeOf(item), 1);
}

/** A copy in which the value at the given step of a depth-first walk is another. */
function changedAt(value: unknown, walk: { steps: number }): unknown {
  if (walk.steps-- === 0) return { changed: value };
  if (Array.isArray(value)) return value.map((item) => changedAt(item, walk));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, changedAt(item, walk)]),
  );
}

describe("a principal that Cerbos would refuse", () => {
  it.each([
    ["baseRoles is empty", { baseRoles: [] }],
    ["map takes all roles away", { map: (_: unknown, principal: Principal) => ({ ...principal, roles: [] }) }],
  ])("is refused at once where %s", async (_, principal) => {
    await expect(createSession(token({ roles: undefined }), { principal })).rejects.toMatchObject({
      code: "invalid_option",
      message: expect.stringContaining("baseRoles"),
    });
  });
});
