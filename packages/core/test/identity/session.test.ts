import { inspect, isDeepStrictEqual } from "node:util";
import {
  createSession,
  type PrincipalOptions,
  renewSession,
  type SessionOptions,
  VOLATILE_CLAIMS,
} from "@kinde-cerbos/core";
import * as fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { isSession } from "../../src/identity/session.ts";
import { codeOf, SIGNATURE, token, tokenOf } from "../support.ts";

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

type Enrich = NonNullable<PrincipalOptions["enrich"]>;

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
        message: expect.stringContaining("session.principal.attr.since is not JSON: an instance of Date."),
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
      message: expect.stringMatching(/HTTPS.*React Native/),
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

  it("is the same with permissions, roles, scopes and groups in another order, which the principal keeps", async () => {
    const lists = {
      permissions: ["b", "a", "c"],
      roles: [
        { id: "role_2", key: "viewer", name: "Viewer" },
        { id: "role_1", key: "admin", name: "Admin" },
      ],
      scp: ["openid", "email"],
      ext_groups: ["north", "south"],
      "x-hasura-permissions": ["z", "y"],
    };
    const reversed = Object.fromEntries(Object.entries(lists).map(([name, list]) => [name, list.toReversed()]));
    const session = await createSession(token({ ...rights, ...lists }));
    const renewed = renewSession(session, token({ ...rights, ...reversed }));
    expect(renewed?.id).toBe(session.id);
    expect(await idOf({ ...rights, ...reversed })).toBe(session.id);
    expect(renewed?.principal.attr["permissions"]).toEqual(["c", "a", "b"]);
    expect(renewed?.principal.roles).toEqual(["user", "admin", "viewer"]);
    // What is in them counts, and how often.
    expect(await idOf({ ...rights, ...lists, permissions: ["b", "a"] })).not.toBe(session.id);
    expect(await idOf({ ...rights, ...lists, permissions: ["a", "b", "c", "c"] })).not.toBe(session.id);
  });

  it("differs by the order of any other list", async () => {
    expect(await idOf({ ...rights, aud: ["a", "b"] })).not.toBe(await idOf({ ...rights, aud: ["b", "a"] }));
    const one = await idOf({ ...rights, user_properties: { path: { v: ["a", "b"] } } });
    expect(await idOf({ ...rights, user_properties: { path: { v: ["b", "a"] } } })).not.toBe(one);
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
        expect(await idOf({ ...rights, custom: changed })).not.toBe(await idOf({ ...rights, custom }));
      }),
    );
  });

  it("is another for a claim that is null, and for one that is not there: a policy can tell them apart", async () => {
    const { org_name: _, ...without } = rights;
    const ids = await Promise.all([idOf(rights), idOf(without), idOf({ ...without, org_name: null })]);
    expect(new Set(ids).size).toBe(3);
  });

  it("is another where any claim is changed, nulled, added or taken away, and only there", async () => {
    const claims = Object.keys(rights);
    const edits = fc.record({
      claim: fc.constantFrom(...claims, "custom", "x-hasura-custom"),
      edit: fc.constantFrom("change", "null", "remove"),
      at: fc.nat(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(edits, { minLength: 1, maxLength: 3 }), async (list) => {
        let edited: { [claim: string]: unknown } = { ...rights };
        for (const { claim, edit, at } of list) {
          const value = edited[claim] ??
            Object.entries(rights).find(([name]) => name === claim)?.[1] ?? { added: true };
          const { [claim]: _, ...others } = edited;
          if (edit === "remove") edited = others;
          else if (edit === "null") edited = { ...others, [claim]: null };
          // A changed value of a claim that is read has to stay one that can be read, so only its texts change.
          else edited = { ...others, [claim]: withOtherText(value, at) };
        }
        const isSame = isDeepStrictEqual(edited, rights);
        expect((await idOf({ ...edited, ...volatile })) === (await idOf(rights))).toBe(isSame);
      }),
    );
  });

  it("leaves out what volatileClaims lists, and nothing else", async () => {
    const options = { volatileClaims: [...VOLATILE_CLAIMS, "session_hint"] };
    expect(await idOf({ session_hint: 1, iat: 1 }, options)).toBe(await idOf({ session_hint: 2, iat: 2 }, options));
    expect(await idOf({ session_hint: 1 })).not.toBe(await idOf({ session_hint: 2 }));
    expect(await idOf({ iat: 1 }, { volatileClaims: ["exp"] })).not.toBe(
      await idOf({ iat: 2 }, { volatileClaims: ["exp"] }),
    );
    expect(await idOf({ custom: { session_hint: 1 } }, options)).not.toBe(
      await idOf({ custom: { session_hint: 2 } }, options),
    );
  });

  it("renews by the same volatileClaims", async () => {
    const options = { volatileClaims: [...VOLATILE_CLAIMS, "session_hint"] };
    const session = await createSession(token({ session_hint: 1 }), options);
    expect(renewSession(session, token({ session_hint: 2 }), options)?.id).toBe(session.id);
    expect(renewSession(session, token({ session_hint: 2 }), {})).toBeNull();
  });

  it.each(["sub", "org_code"])("refuses %s as a volatile claim: two users must not share an id", async (claim) => {
    await expect(createSession(token(), { volatileClaims: ["iat", claim] })).rejects.toMatchObject({
      code: "invalid_option",
      message: expect.stringContaining("volatileClaims"),
    });
  });

  it("is 64 hexadecimal digits for everyone, small bytes too", async () => {
    const ids = await Promise.all(Array.from({ length: 32 }, (_, user) => idOf({ sub: `kp_${user}` })));
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(ids).size).toBe(32);
  });

  it("is another for another principal made of the same claims", async () => {
    const options = { principal: { scopeFromOrg: (orgCode: string) => orgCode } };
    expect(await idOf(rights, options)).not.toBe(await idOf(rights));
  });

  it("tells __proto__ from what it would set", async () => {
    const session = await createSession(tokenOf('{"sub":"kp_alice","__proto__":{"org_code":"org_1"}}'));
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

  it("takes the options that the session was made with, and null where others make another principal", async () => {
    const options = { principal: { baseRoles: ["member"] }, volatileClaims: [...VOLATILE_CLAIMS, "hint"] };
    const made = await createSession(token({ hint: 1 }), options);
    const renewed = renewSession(made, token({ hint: 2 }));
    expect(renewed).toMatchObject({ id: made.id, principal: { roles: ["member"] } });
    expect(renewed && renewSession(renewed, token({ hint: 3 }))?.id).toBe(made.id);
    const session = await createSession(token({ exp: 100 }));
    expect(renewSession(session, token({ exp: 200 }), { principal: { baseRoles: ["member"] } })).toBeNull();
  });

  it("throws for what is no token", async () => {
    const session = await createSession(token());
    expect(() => renewSession(session, "garbage")).toThrow(expect.objectContaining({ code: "invalid_token" }));
  });
});

describe("isSession", () => {
  it("is true for what createSession and renewSession made, and not for a copy", async () => {
    const session = await createSession(token({ exp: 1 }));
    expect([session, renewSession(session, token({ exp: 2 }))].every(isSession)).toBe(true);
    const copies = [{ ...session }, structuredClone(session), Object.create(session)];
    expect(copies.some(isSession)).toBe(false);
    // A copy has no origin, so there is nothing to compare a newer token with.
    expect(renewSession({ ...session, token: session.token }, token({ exp: 2 }))).toBeNull();
  });

  it.each([[null], [undefined], ["session"], [1], [[]], [{}]])("is false for %j", (value) => {
    expect(isSession(value)).toBe(false);
  });
});

describe("promise 12: nothing leaks", () => {
  it("lets nobody swap the token or make it show", async () => {
    const session = await createSession(token());
    expect(() => Object.assign(session, { token: "other" })).toThrow(TypeError);
    expect(() => Object.defineProperty(session, "token", { enumerable: true })).toThrow(TypeError);
    expect(session.token).toContain(SIGNATURE);
  });

  it("shows no token where a session is logged, serialized or spread", async () => {
    const session = await createSession(token(rights));
    expect(session.token).toContain(SIGNATURE);
    const shown = [
      JSON.stringify(session),
      inspect(session, { depth: null }),
      inspect(session, { depth: null, showHidden: true }),
      inspect({ ...session }, { depth: null, showHidden: true }),
      session.id,
    ];
    expect(shown.join()).not.toContain(SIGNATURE);
  });

  it("holds the token in no property, enumerable or not, also after a renewal", async () => {
    const session = await createSession(token({ exp: 1 }));
    for (const one of [session, renewSession(session, token({ exp: 2 }))!]) {
      expect(Reflect.ownKeys(one)).toEqual(["id", "principal", "claims", "expiresAt"]);
      const names: string[] = [];
      for (const name in one) names.push(name);
      expect(names).not.toContain("token");
      expect(one.token).toContain(SIGNATURE);
    }
  });
});

/** A copy in which the text at the given step of a walk is another; what holds no text stays as it is. */
function withOtherText(value: unknown, at: number): unknown {
  const texts = JSON.stringify(value).match(/:"[^"]*"|^"[^"]*"|\["[^"]*"/g) ?? [];
  const chosen = texts[at % texts.length];
  return chosen === undefined ? value : JSON.parse(JSON.stringify(value).replace(chosen, `${chosen.slice(0, -1)}+"`));
}

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
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, changedAt(item, walk)]));
}

const refusedWith: Enrich = (_, context) =>
  Promise.reject(new Error(`GET /entitlements with Bearer ${context.token}: 401`));

describe("principal.enrich", () => {
  const entitled = { principal: { enrich: async () => ({ entitlements: ["seats"] }) } };

  it("adds attributes to those of the claims, and gets claims, token and a signal", async () => {
    const enrich = vi.fn<Enrich>(async () => ({ entitlements: { seats: 50 }, nothing: undefined }));
    const access = token(rights);
    const session = await createSession(access, { principal: { enrich } });
    expect(session.principal.attr).toMatchObject({ orgCode: "org_1", entitlements: { seats: 50 } });
    expect(session.principal.attr).not.toHaveProperty("nothing");
    expect(enrich).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ org_code: "org_1" }), {
      token: access,
      signal: expect.any(AbortSignal),
    });
  });

  it("is not asked for nobody", async () => {
    const enrich = vi.fn<Enrich>(async () => ({}));
    await createSession(null, { principal: { enrich } });
    expect(enrich).not.toHaveBeenCalled();
  });

  it("comes before map, which has the last word", async () => {
    const session = await createSession(token(), {
      principal: {
        ...entitled.principal,
        map: (_, principal) => ({
          ...principal,
          roles: principal.attr["entitlements"] ? [...principal.roles, "subscriber"] : principal.roles,
        }),
      },
    });
    expect(session.principal.roles).toEqual(["user", "subscriber"]);
  });

  it("is in the id: other attributes, other session", async () => {
    const other = { principal: { enrich: async () => ({ entitlements: [] }) } };
    expect(await idOf(rights, entitled)).not.toBe(await idOf(rights));
    expect(await idOf(rights, entitled)).not.toBe(await idOf(rights, other));
    expect(await idOf(rights, entitled)).toBe(await idOf({ ...rights, iat: 9 }, entitled));
  });

  it("is kept with the session: a newer token of equal rights asks for nothing", async () => {
    const enrich = vi.fn<Enrich>(async () => ({ entitlements: ["seats"] }));
    const options = { principal: { enrich } };
    const session = await createSession(token({ iat: 1 }), options);
    const second = renewSession(session, token({ iat: 2 }), options);
    const third = second && renewSession(second, token({ iat: 3 }), options);
    expect(third).toMatchObject({ id: session.id, principal: { attr: { entitlements: ["seats"] } } });
    expect(enrich).toHaveBeenCalledOnce();
    expect(renewSession(session, token({ iat: 2, permissions: ["a"] }), options)).toBeNull();
  });

  it("is copied: what becomes of its object changes no session", async () => {
    const entitlements = ["seats"];
    const options = { principal: { enrich: async () => ({ entitlements }) } };
    const session = await createSession(token({ iat: 1 }), options);
    entitlements.push("everything");
    expect(session.principal.attr["entitlements"]).toEqual(["seats"]);
    expect(renewSession(session, token({ iat: 2 }), options)?.principal.attr["entitlements"]).toEqual(["seats"]);
  });

  it.each<[string, () => Promise<never>]>([
    ["rejects", () => Promise.reject(new Error("402"))],
    [
      "throws",
      () => {
        throw new Error("402");
      },
    ],
  ])("that %s makes no session, and says why", async (_, enrich) => {
    await expect(createSession(token(), { principal: { enrich } })).rejects.toMatchObject({
      code: "enrich_failed",
      message: expect.stringContaining("nothing is allowed"),
      cause: expect.objectContaining({ message: "402" }),
    });
  });

  it.each<[number, SessionOptions]>([
    [300, { timeoutMs: 300 }],
    [5000, {}],
  ])("that never answers is given up after %i ms for %j, and its signal is aborted", async (ms, options) => {
    vi.useFakeTimers();
    try {
      let signal: AbortSignal | undefined;
      const enrich = (_: unknown, context: { signal: AbortSignal }): Promise<never> => {
        ({ signal } = context);
        return new Promise(() => {});
      };
      const failure = rejection(createSession(token(), { ...options, principal: { enrich } }));
      await vi.advanceTimersByTimeAsync(ms - 1);
      expect(signal?.aborted).toBe(false);
      await vi.advanceTimersByTimeAsync(1);
      expect(await failure).toMatchObject({ code: "enrich_failed", cause: { code: "timeout" } });
      expect(signal?.aborted).toBe(true);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it("shows no token in its failure", async () => {
    const access = token(rights);
    const failure = await rejection(createSession(access, { principal: { enrich: refusedWith } }));
    expect(inspect(failure, { depth: null, showHidden: true })).toContain("401");
    expect(inspect(failure, { depth: null, showHidden: true })).not.toContain(access.split(".")[1]);
  });

  it.each([
    ["nothing", undefined, "invalid_option"],
    ["a text", "seats", "invalid_option"],
    ["an array", ["seats"], "invalid_option"],
    ["what is not JSON", { since: new Date(0) }, "invalid_claims"],
  ])("that gives %s makes no session", async (_, given, code) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- callers without types give this
    const enrich = (): Promise<never> => Promise.resolve(given as never);
    await expect(createSession(token(), { principal: { enrich } })).rejects.toMatchObject({
      code,
      message: expect.stringContaining("principal.enrich"),
    });
  });
});
