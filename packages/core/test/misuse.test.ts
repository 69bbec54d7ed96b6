// What each wrong call gets. Types forbid most of them; JavaScript, `any` and data from outside do not. Each gets an
// AuthzError that says what is wrong, and never a TypeError from inside, a hang or an ALLOW.
// oxlint-disable typescript/unbound-method -- an authorizer's methods work without it: the last test says so
import {
  type Authorizer,
  AuthzError,
  type AuthzErrorCode,
  claimsFromToken,
  createAuthorizer,
  createSession,
  prepareCheck,
  principalFromClaims,
  readClaims,
  renewSession,
  type Session,
} from "@kinde-cerbos/core";
import { beforeAll, describe, expect, it } from "vitest";
import { answerOf, codeOf, fakePdp, outcome, rowsFor, SIGNATURE, token, tokenOf, turn, view } from "./support.ts";

/** What callers without types pass. */
const garbage = {
  undefined,
  null: null,
  "a number": 5,
  NaN: Number.NaN,
  true: true,
  "an empty text": "",
  "a text": "abc",
  "an empty array": [],
  "an empty object": {},
  "an object without a prototype": Object.create(null),
  "a function": () => undefined,
  "a symbol": Symbol("s"),
  "a bigint": 5n,
  "a date": new Date(0),
};
type Garbage = keyof typeof garbage;
type Named = readonly [name: string, value: unknown];

/** All of it, but for what is good there. */
function but(...good: Garbage[]): Named[] {
  return Object.entries(garbage).filter(([name]) => !good.some((other) => other === name));
}

/** The same function for callers without types. */
// oxlint-disable-next-line typescript/no-explicit-any -- these tests are about calls that types forbid
const untyped = (call: (...args: any[]) => unknown): ((...args: unknown[]) => unknown) => call;

/**
 * Calls with each of the values, and returns those that are not refused, now or later, with an AuthzError of this
 * code whose message holds this text.
 */
async function notRefused(
  values: readonly Named[],
  call: (value: unknown) => unknown,
  code: AuthzErrorCode,
  says: string,
): Promise<string[]> {
  const wrong: string[] = [];
  for (const [name, value] of values) {
    const got = await resultOf(() => call(value));
    const isRefused = got instanceof AuthzError && got.code === code && got.message.includes(says);
    if (!isRefused) wrong.push(`${name}: ${got instanceof AuthzError ? `${got.code}, ` : ""}${String(got)}`);
  }
  return wrong;
}

/** What a call throws or returns, now or later. */
async function resultOf(call: () => unknown): Promise<unknown> {
  try {
    return JSON.stringify(await call());
  } catch (error) {
    return error;
  }
}

let session: Session;

beforeAll(async () => {
  session = await createSession(token({ org_code: "org_1" }));
});

/** An authorizer that answers at once and does not wait before a retry. */
function authorizerWith(options: { readonly [option: string]: unknown } = {}): Authorizer {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it returns one, or throws
  return untyped(createAuthorizer)({ pdp: fakePdp(), session, random: () => 0, ...options }) as Authorizer;
}

const authorizerOf = (value: unknown): Authorizer => authorizerWith({ session: value });
const checkWith = (options: { readonly [option: string]: unknown }): unknown =>
  authorizerWith(options).check(view("1"));
const sessionWith = (principal: unknown): unknown =>
  untyped(createSession)(token({ org_code: "org_1" }), { principal });

const throwing = (): never => {
  throw new Error("It only watches.");
};

const rejecting = (): Promise<never> => Promise.resolve().then(throwing);

/** A source of tokens, but for what a test says. */
const source = (says: object): object => ({
  getToken: () => null,
  refresh: () => Promise.resolve(null),
  subscribe: () => () => {},
  ...says,
});

/** An object may be the claims of a token that only a server has. */
const OBJECTS: Garbage[] = ["an empty object", "an object without a prototype", "a date"];

describe("tokens and claims", () => {
  const noToken = "Pass what Kinde's getAccessToken() returns";

  it("claimsFromToken of what is no token", async () => {
    const tokens: Named[] = [
      ...but(),
      ["two parts", "a.b"],
      ["four parts", "a.b.c.d"],
      ["no payload", `e30..${SIGNATURE}`],
      ["no base64", `e30.%%%.${SIGNATURE}`],
      ["no UTF-8", `e30.${Buffer.from([0x22, 0xff, 0x22]).toString("base64url")}.${SIGNATURE}`],
      ["no JSON", tokenOf("{")],
    ];
    expect(await notRefused(tokens, untyped(claimsFromToken), "invalid_token", noToken)).toEqual([]);
  });

  it("claimsFromToken of a payload that is no object, or names no user", async () => {
    const noObject = ["null", "[]", '"text"', "5", "true"].map((payload): Named => [payload, tokenOf(payload)]);
    expect(await notRefused(noObject, untyped(claimsFromToken), "invalid_claims", "payload is not an object")).toEqual(
      [],
    );
    const noUser: Named[] = [["{}", tokenOf("{}")]];
    expect(await notRefused(noUser, untyped(claimsFromToken), "invalid_claims", "names no user")).toEqual([]);
  });

  it("readClaims of what is no payload", async () => {
    const objects = ["an empty object", "an object without a prototype", "a date"] as const;
    expect(
      await notRefused(but(...objects), untyped(readClaims), "invalid_claims", "payload is not an object"),
    ).toEqual([]);
    const named = objects.map((name): Named => [name, garbage[name]]);
    expect(await notRefused(named, untyped(readClaims), "invalid_claims", '"sub" is missing')).toEqual([]);
  });

  it.each<[string, Named[]]>([
    ["sub", but("undefined", "null", "a text")],
    ["iss", but("undefined", "null", "a text", "an empty text")],
    ["azp", but("undefined", "null", "a text", "an empty text")],
    ["org_code", but("undefined", "null", "a text", "an empty text")],
    ["org_name", but("undefined", "null", "a text", "an empty text")],
    ["email", but("undefined", "null", "a text", "an empty text")],
    ["iat", but("undefined", "null", "a number")],
    ["exp", but("undefined", "null", "a number")],
    ["aud", but("undefined", "null", "an empty array")],
    ["permissions", [...but("undefined", "null", "an empty array"), ["[5]", [5]], ["[null]", [null]]]],
    [
      "roles",
      [
        ...but("undefined", "null", "an empty array"),
        ["texts", ["admin"]],
        ["no key", [{ id: "1" }]],
        ["[null]", [null]],
      ],
    ],
    [
      "feature_flags",
      [
        ...but("undefined", "null", "an empty object", "an object without a prototype", "a date"),
        ["plain", { beta: true }],
      ],
    ],
    [
      "user_properties",
      [
        ["plain", { plan: "gold" }],
        ["null", { plan: null }],
      ],
    ],
    [
      "organization_properties",
      [
        ["plain", { plan: "gold" }],
        ["an array", []],
      ],
    ],
  ])("the claim %s of a wrong type", async (claim, values) => {
    const read = (value: unknown): unknown => readClaims({ sub: "kp_alice", [claim]: value });
    expect(await notRefused(values, read, "invalid_claims", `Claim "${claim}" must be `)).toEqual([]);
  });

  it("principalFromClaims of what readClaims has not read", async () => {
    expect(await notRefused(but(), untyped(principalFromClaims), "invalid_claims", "token")).toEqual([]);
    expect(untyped(principalFromClaims)({ sub: "kp_alice", "x-hasura-org-code": "org_1" })).toMatchObject({
      attr: { orgCode: "org_1" },
    });
  });
});

describe("sessions", () => {
  const noToken = "Pass what Kinde's getAccessToken() returns";

  it("createSession of what is no token", async () => {
    const values = but("null", ...OBJECTS);
    expect(await notRefused(values, untyped(createSession), "invalid_token", noToken)).toEqual([]);
  });

  it("createSession and renewSession of an object that has no claims of a user", async () => {
    const values = OBJECTS.map((name): Named => [name, garbage[name]]);
    expect(await notRefused(values, untyped(createSession), "invalid_claims", 'Claim "sub" is missing')).toEqual([]);
    const renew = (value: unknown): unknown => untyped(renewSession)(session, value);
    expect(await notRefused(values, renew, "invalid_claims", 'Claim "sub" is missing')).toEqual([]);
  });

  it("renewSession with what is no token", async () => {
    expect(
      await notRefused(
        but("null", ...OBJECTS),
        (value) => untyped(renewSession)(session, value),
        "invalid_token",
        noToken,
      ),
    ).toEqual([]);
  });

  it("renewSession of what is no session, or a copy of one: there is none to renew", () => {
    for (const [, value] of but("undefined", "null")) expect(untyped(renewSession)(value, token())).toBeNull();
    expect(renewSession({ ...session }, token({ org_code: "org_1", iat: 1 }))).toBeNull();
    expect(renewSession(session, token({ org_code: "org_1", iat: 1 }))).not.toBeNull();
  });

  it("a principal without roles", async () => {
    const options: Named[] = [
      ["baseRoles", { baseRoles: [] }],
      ["map", { map: () => ({ id: "a", roles: [], attr: {} }) }],
    ];
    expect(
      await notRefused(
        options,
        sessionWith,
        "invalid_option",
        "at least one role, each a string that is not empty, or Cerbos refuses it: look at principal.baseRoles",
      ),
    ).toEqual([]);
  });

  it("map or scopeFromOrg throws: it is in the cause, and nothing is made or renewed", async () => {
    const boom = new Error("no such plan");
    const rethrow = (): never => {
      throw boom;
    };
    for (const principal of [{ map: rethrow }, { scopeFromOrg: rethrow }]) {
      const options = { principal };
      const asked = createSession(token({ org_code: "org_1" }), options);
      await expect(asked).rejects.toMatchObject({ code: "invalid_claims", cause: boom });
      const renew = (): unknown => renewSession(session, token({ org_code: "org_1", iat: 1 }), options);
      expect(await resultOf(renew)).toMatchObject({ code: "invalid_claims", cause: boom });
    }
  });

  it("a principal that is no JSON", async () => {
    const principals: Named[] = [
      ["a class", Object.assign(new URL("https://example.com"), { id: "a", roles: ["a"], attr: {} })],
      ["a Date for attr", { id: "a", roles: ["a"], attr: new Date(0) }],
      ["NaN in attr", { id: "a", roles: ["a"], attr: { n: Number.NaN } }],
      ["a function in attr", { id: "a", roles: ["a"], attr: { f: () => 1 } }],
    ];
    const wrong = await notRefused(
      principals,
      (value) => sessionWith({ map: () => value }),
      "invalid_claims",
      "session.principal",
    );
    expect(wrong).toEqual([]);
  });

  it.each<[string, (value: unknown) => unknown, Named[]]>([
    [
      "baseRoles",
      (value) => ({ baseRoles: value }),
      [...but("undefined"), ["a role without a name", [""]], ["a role that is no text", [5]]],
    ],
    ["scopeFromOrg", (value) => ({ scopeFromOrg: value }), but("undefined", "a function")],
    [
      "what scopeFromOrg returns",
      (value) => ({ scopeFromOrg: () => value }),
      but("undefined", "an empty text", "a text"),
    ],
    ["map", (value) => ({ map: value }), but("undefined", "a function")],
    ["what map returns", (value) => ({ map: () => value }), [...but(), ["a promise", Promise.resolve({})]]],
    ["id of what map returns", (value) => ({ map: () => ({ id: value, roles: ["a"], attr: {} }) }), but("a text")],
    ["roles of what map returns", (value) => ({ map: () => ({ id: "a", roles: value, attr: {} }) }), but()],
    [
      "attr of what map returns",
      (value) => ({ map: () => ({ id: "a", roles: ["a"], attr: value }) }),
      but("an empty object", "an object without a prototype", "a date"),
    ],
    [
      "scope of what map returns",
      (value) => ({ map: () => ({ id: "a", roles: ["a"], attr: {}, scope: value }) }),
      but("undefined", "a text", "an empty text"),
    ],
    [
      "policyVersion of what map returns",
      (value) => ({ map: () => ({ id: "a", roles: ["a"], attr: {}, policyVersion: value }) }),
      but("undefined", "a text", "an empty text"),
    ],
  ])("%s of a wrong type", async (name, options, values) => {
    expect(
      await notRefused(
        values,
        (value) => sessionWith(options(value)),
        "invalid_option",
        name.split(" ").at(-2) ?? name,
      ),
    ).toEqual([]);
  });
});

describe("checks", () => {
  const resource = { kind: "document", id: "1" };

  describe.each<[string, (value: unknown) => unknown, Named[], string]>([
    ["the check", (value) => value, but("undefined", "null"), "has no resource: it is undefined"],
    ["the action", (value) => ({ action: value, resource: "document" }), but("a text"), "has no action: it is "],
    ["the resource", (value) => ({ action: "view", resource: value }), but("a text"), "has no resource"],
    [
      "the kind",
      (value) => ({ action: "view", resource: { ...resource, kind: value } }),
      but("a text"),
      "has no resource.kind: it is ",
    ],
    [
      "the id",
      (value) => ({ action: "view", resource: { ...resource, id: value } }),
      but("a text"),
      "has no resource.id: it is ",
    ],
    [
      "attr",
      (value) => ({ action: "view", resource: { ...resource, attr: value } }),
      but("undefined", "an empty object", "an object without a prototype"),
      "resource.attr",
    ],
    [
      "the scope",
      (value) => ({ action: "view", resource: { ...resource, scope: value } }),
      but("undefined", "an empty text", "a text"),
      "resource.scope that is no string",
    ],
    [
      "the policy version",
      (value) => ({ action: "view", resource: { ...resource, policyVersion: value } }),
      but("undefined", "an empty text", "a text"),
      "resource.policyVersion that is no string",
    ],
    [
      "a value in attr",
      (value) => ({ action: "view", resource: { ...resource, attr: { deep: [{ value }] } } }),
      but(
        "undefined",
        "null",
        "a number",
        "true",
        "an empty text",
        "a text",
        "an empty array",
        "an empty object",
        "an object without a prototype",
      ),
      "resource.attr.deep[0].value is not JSON",
    ],
    [
      "a name with half a character",
      (value) => ({ action: "view", resource: { ...resource, id: value } }),
      [["half", "\ud800"]],
      "half a surrogate pair",
    ],
  ])("%s is wrong", (_, wrong, values, says) => {
    it("prepareCheck", async () => {
      expect(await notRefused(values, (value) => untyped(prepareCheck)(wrong(value)), "invalid_check", says)).toEqual(
        [],
      );
    });

    it("check: nothing is asked", async () => {
      const pdp = fakePdp();
      const { check } = authorizerWith({ pdp });
      expect(await notRefused(values, (value) => untyped(check)(wrong(value)), "invalid_check", says)).toEqual([]);
      expect(pdp.requests).toHaveLength(0);
    });

    it("checkAll: its neighbours are asked", async () => {
      const pdp = fakePdp();
      const { checkAll } = authorizerWith({ pdp });
      const all = (value: unknown): unknown => untyped(checkAll)([view("1"), wrong(value)]);
      expect(await notRefused(values, all, "invalid_check", says)).toEqual([]);
    });
  });

  it.each<[string, Named[], (authorizer: Authorizer) => (value: unknown) => unknown, AuthzErrorCode, string]>([
    [
      "no check",
      [
        ["undefined", undefined],
        ["null", null],
      ],
      ({ check }) => untyped(check),
      "invalid_check",
      "check",
    ],
    ["no checks", but("an empty array"), ({ checkAll }) => untyped(checkAll), "invalid_check", "array"],
    [
      "no signal",
      [...but("undefined"), ["its controller", new AbortController()]],
      ({ check }) =>
        (signal) =>
          untyped(check)(view("1"), { signal }),
      "invalid_option",
      "signal",
    ],
  ])("%s", async (_, values, call, code, says) => {
    expect(await notRefused(values, call(authorizerWith()), code, says)).toEqual([]);
  });

  it("checkAll with a gap: it is no check", async () => {
    const gap: unknown[] = [];
    gap[1] = view("1");
    const holes: Named[] = [["gap", gap]];
    expect(await notRefused(holes, untyped(authorizerWith().checkAll), "invalid_check", "has no resource")).toEqual([]);
  });

  it("what cannot be read: nothing is asked, and it is no fault of the PDP", async () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const lazy = {
      get id(): string {
        throw new Error("not loaded");
      },
    };
    const pdp = fakePdp();
    const { check, checkAll, plan } = authorizerWith({ pdp: { ...pdp, planResources: throwing } });
    const checks: Named[] = [
      ["the check", proxy],
      [
        "the action",
        {
          get action() {
            return lazy.id;
          },
        },
      ],
      ["the resource", { action: "view", resource: proxy }],
      [
        "the id",
        {
          action: "view",
          resource: {
            kind: "document",
            get id() {
              return lazy.id;
            },
          },
        },
      ],
      ["an attribute", { action: "view", resource: { kind: "document", id: "1", attr: lazy } }],
    ];
    expect(await notRefused(checks, untyped(check), "invalid_check", "cannot be read")).toEqual([]);
    expect(await notRefused(checks, (value) => untyped(checkAll)([value]), "invalid_check", "cannot be read")).toEqual(
      [],
    );
    expect(await notRefused(checks, untyped(prepareCheck), "invalid_check", "cannot be read")).toEqual([]);
    const queries: Named[] = [
      ["the query", proxy],
      [
        "the kind",
        {
          action: "view",
          get kind() {
            return lazy.id;
          },
        },
      ],
      ["an attribute", { action: "view", kind: "document", attr: lazy }],
    ];
    expect(await notRefused(queries, untyped(plan), "invalid_check", "cannot be read")).toEqual([]);
    expect(pdp.requests).toHaveLength(0);
  });

  it("a signal that is none: nothing is decided", async () => {
    for (const [, signal] of but("undefined")) {
      const result = await resultOf(() => untyped(authorizerWith().check)(view("1"), { signal }));
      expect(result).toBeInstanceOf(AuthzError);
    }
  });

  it("options that say nothing", async () => {
    for (const [, options] of but("undefined", "null")) {
      await expect(untyped(authorizerWith().check)(view("1"), options)).resolves.toMatchObject({ allowed: true });
    }
  });

  it("a signal that was aborted before: nothing is asked", async () => {
    const pdp = fakePdp();
    expect(await outcome(authorizerWith({ pdp }).check(view("1"), { signal: AbortSignal.abort() }))).toBe("aborted");
    expect(pdp.requests).toHaveLength(0);
  });
});

describe("createAuthorizer", () => {
  it.each(["maxResources", "maxActions", "maxInFlight", "timeoutMs", "windowMs", "refreshBeforeMs"])(
    "%s is no number, or out of range",
    async (option) => {
      const values: Named[] = [
        ...but("undefined", "null", "a number", "a symbol", "an object without a prototype"),
        ["-1", -1],
        ["1.5", 1.5],
        ["2 ** 31", 2 ** 31],
        ["Infinity", Infinity],
      ];
      const create = (value: unknown): unknown => authorizerWith({ [option]: value });
      expect(await notRefused(values, create, "invalid_option", `${option} must be a whole number from `)).toEqual([]);
    },
  );

  it.each(["onBatch", "onDecision", "onWarning"])(
    "%s is no function, or throws: checks are decided all the same",
    async (option) => {
      for (const [, value] of [...but("undefined", "null"), ["throwing", throwing] as const]) {
        // It refuses a request of two, so that there is something to warn about.
        const pdp = fakePdp((body) => {
          if (body.resources.length === 1) return answerOf(rowsFor(body));
          return Promise.reject({ code: 3, details: "number of resources in batch (2) exceeds configured limit (1)" });
        });
        const { check } = authorizerWith({ pdp, onWarning: () => {}, [option]: value });
        expect(await Promise.all([outcome(check(view("1"))), outcome(check(view("2")))])).toEqual([
          "allowed",
          "allowed",
        ]);
      }
    },
  );

  it.each<[string, Named[]]>([
    ["pdp", but()],
    ["source", but("undefined", "null")],
    ["now", but("undefined", "null")],
    ["setTimer", but("undefined", "null", "a function")],
  ])("%s is something else: nothing is decided, and nothing hangs", async (option, values) => {
    const expired = await createSession(token({ exp: 1, iat: 1 }));
    for (const [, value] of values) {
      const result = await resultOf(() =>
        checkWith({ session: expired, now: () => 0, schedule: setImmediate, [option]: value }),
      );
      expect(result).toBeInstanceOf(Error);
    }
  });

  it.each<[string, Named[]]>([
    ["pdp", but()],
    ["source", [...but("undefined"), ["without subscribe", { getToken: () => null, refresh: () => null }]]],
    ["session", but()],
  ])("%s is something else: it is refused at once, by its name", async (option, values) => {
    expect(await notRefused(values, (value) => authorizerWith({ [option]: value }), "invalid_option", option)).toEqual(
      [],
    );
  });

  it("session is a copy, which has lost its token: it is refused at once", async () => {
    const copies: Named[] = [
      ["spread", { ...session }],
      ["cloned", structuredClone(session)],
      ["parsed", JSON.parse(JSON.stringify(session))],
    ];
    expect(await notRefused(copies, authorizerOf, "invalid_option", "a copy of it has lost its token")).toEqual([]);
  });
});

describe("a source of tokens that does not keep its word", () => {
  it.each<[string, () => unknown, string]>([
    ["gives null", () => Promise.resolve(null), "session_expired"],
    ["returns no promise", () => null, "session_expired"],
    ["rejects", () => Promise.reject(new Error("offline")), "session_expired"],
    [
      "throws",
      () => {
        throw new Error("offline");
      },
      "session_expired",
    ],
    ["never ends", () => new Promise(() => {}), "session_expired"],
    ["gives a token that is over", () => Promise.resolve(token({ exp: 2 })), "session_expired"],
    ["gives a token of another user", () => Promise.resolve(token({ sub: "kp_bob" })), "session_ended"],
  ])("refresh %s", async (_, refresh, code) => {
    expect(await codeWhere(refresh)).toBe(code);
  });

  it("refresh gives what is no token: that is the end of the session", async () => {
    for (const [, value] of but("null")) {
      expect(await codeWhere(() => Promise.resolve(value))).toBe("session_ended");
    }
  });

  it("subscribe returns nothing: it is called once all the same", async () => {
    let calls = 0;
    const subscribe = (): void => {
      calls += 1;
    };
    const { check } = authorizerWith({ source: source({ subscribe }) });
    await check(view("1"));
    await check(view("2"));
    expect(calls).toBe(1);
  });
});

describe("observers that return a promise", () => {
  it("may reject: checks are decided all the same, and no rejection goes unhandled", async () => {
    const { check } = authorizerWith({ onBatch: rejecting, onDecision: rejecting });
    expect(await outcome(check(view("1")))).toBe("allowed");
    // The test run fails on a rejection that goes unhandled until then.
    await turn();
  });
});

describe("renew and dispose", () => {
  it("renew with what is no session: it is refused, and the old one stays", async () => {
    const authorizer = authorizerWith();
    const values = but("undefined", "null");
    expect(await notRefused(values, untyped(authorizer.renew), "session_ended", "Create another one")).toEqual([]);
    expect(authorizer.session).toBe(session);
    expect(await outcome(authorizer.check(view("1")))).toBe("allowed");
  });

  it("renew with nothing, or with a copy that has lost its token", async () => {
    const values: Named[] = [
      ["undefined", undefined],
      ["null", null],
      ["copy", { ...session }],
    ];
    expect(await notRefused(values, untyped(authorizerWith().renew), "session_ended", "Create another one")).toEqual(
      [],
    );
  });

  it("dispose twice, and check, checkAll and renew after it", async () => {
    const authorizer = authorizerWith();
    authorizer.dispose();
    authorizer.dispose();
    expect(await outcome(authorizer.check(view("1")))).toBe("session_ended");
    await expect(authorizer.checkAll([view("1")])).rejects.toMatchObject({ code: "session_ended" });
    authorizer.renew(session);
    expect(await outcome(authorizer.check(view("1")))).toBe("session_ended");
  });

  it("dispose by an observer, while others wait", async () => {
    const told: string[] = [];
    const pdp = fakePdp();
    const authorizer = authorizerWith({
      pdp,
      maxResources: 1,
      maxInFlight: 1,
      onDecision: (_: unknown, decided: { allowed?: boolean; code?: string }) => {
        told.push(decided.allowed ? "allowed" : codeOf(decided));
        authorizer.dispose();
      },
    });
    const decided = ["1", "2", "3"].map((id) => outcome(authorizer.check(view(id))));
    expect((await Promise.all(decided)).slice(1)).toEqual(["session_ended", "session_ended"]);
    expect(told.toSorted()).toEqual(["allowed", "session_ended", "session_ended"]);
    expect(pdp.requests.length).toBeLessThan(3);
  });

  it("methods without their authorizer", async () => {
    const { check, checkAll, dispose } = authorizerWith();
    expect(await outcome(check(view("1")))).toBe("allowed");
    expect(await checkAll([view("2")])).toMatchObject([{ allowed: true }]);
    dispose();
    expect(await outcome(check(view("1")))).toBe("session_ended");
  });
});

/** What a check gets whose token is over, when the source says this. */
async function codeWhere(refresh: () => unknown): Promise<string> {
  const first = token({ exp: 1 });
  const pdp = fakePdp(() => Promise.reject({ code: 3, details: "invalid auxData" }));
  const expired = await createSession(first);
  const authorizer = authorizerWith({ pdp, session: expired, source: source({ refresh }), timeoutMs: 20 });
  const code = await outcome(authorizer.check(view("1")));
  // Of what the source gives, only the PDP can know that it is over.
  expect(pdp.requests.filter(({ body }) => body.auxData?.jwt.token === first)).toEqual([]);
  return code;
}
