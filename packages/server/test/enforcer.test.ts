// Enforcement in an API, against a real PDP and issuer; faults of the PDP on one in memory.
import { AuthzError, type Check, type PolicyDecisionPoint } from "@kinde-cerbos/core";
import { createFetchPdp } from "@kinde-cerbos/core/fetch-pdp";
import { type LocalKinde } from "@kinde-cerbos/local-kinde";
import { answerRefusals, type AuditEntry, createEnforcer, type EnforcerOptions, Refusal } from "@kinde-cerbos/server";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  ACTIONS,
  AUDIENCE,
  CLIENT_ID,
  documentResource,
  documents,
  jonas,
  mara,
  oracle,
  type Pdp,
  startIssuer,
  startPdpFor,
  tomas,
} from "./stack.ts";

let kinde: LocalKinde;
let pdp: Pdp;
/** Bodies sent to the PDP. */
let sent: { readonly principal: { readonly id: string; readonly roles: string[] }; readonly resources: unknown[] }[];

beforeAll(async () => {
  kinde = await startIssuer();
  pdp = await startPdpFor(kinde);
});

beforeEach(() => {
  sent = [];
});

afterAll(async () => {
  await pdp.stop();
  await kinde.close();
});

const optionsFor = (changes: Partial<EnforcerOptions> = {}): EnforcerOptions => ({
  issuer: kinde.url,
  audience: AUDIENCE,
  clientId: CLIENT_ID,
  pdp: pdp.url,
  fetch: (url, init) => {
    if (typeof init.body === "string") sent.push(JSON.parse(init.body));
    return fetch(url, init);
  },
  ...changes,
});

const requestOf = (token?: string): Request =>
  new Request("https://api.test/", { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } });

const requestBy = async (who: typeof mara, changes: object = {}): Promise<Request> =>
  requestOf(await kinde.createToken({ ...who, ...changes }));

const [first] = documents;
if (!first) throw new Error("There are documents.");
const remove: Check = { action: "delete", resource: documentResource(first) };
const view: Check = { action: "view", resource: documentResource(first) };

const SKEW = 5000;

/** An enforcer whose clock can be set, and a request whose token ends in a minute. */
async function longLived(changes: Partial<EnforcerOptions> = {}) {
  const clock = { now: Date.now() };
  const end = Math.ceil(clock.now / 1000) + 60;
  const enforcer = createEnforcer(optionsFor({ now: () => clock.now, cache: { maxAgeMs: 3_600_000 }, ...changes }));
  return { clock, end: end * 1000, enforcer, request: await requestBy(mara, { claims: { exp: end } }) };
}

/** A PDP that goes by the claims of the token. */
const pdpThatAllows = (isAllowed: (claims: object) => boolean): PolicyDecisionPoint => ({
  async checkResources({ resources, auxData }) {
    const claims: object = JSON.parse(Buffer.from(auxData?.jwt?.token.split(".")[1] ?? "", "base64url").toString());
    const actions = { delete: isAllowed(claims) ? "EFFECT_ALLOW" : "EFFECT_DENY" };
    return { results: resources.map(({ resource: { kind, id } }) => ({ resource: { kind, id }, actions })) };
  },
});

const inAnHour = Math.floor(Date.now() / 1000) + 3600;

/** Status and reason of the refusal; the error where it is none. */
async function refusalOf(asked: Promise<unknown>): Promise<unknown> {
  try {
    await asked;
    return "allowed";
  } catch (error) {
    if (!(error instanceof Refusal)) return error;
    return [error.status, error.reason];
  }
}

describe("authorize", () => {
  test.each([mara, jonas, tomas])("$person is answered as by the PDP itself", async (who) => {
    const { authorize } = createEnforcer(optionsFor());
    const token = await kinde.createToken(who);
    const checks = documents.flatMap((document) =>
      ACTIONS.map((action) => ({ action, resource: documentResource(document) })),
    );
    const decisions = await authorize(requestOf(token), checks);
    const allowed = decisions
      .filter((decision) => decision.allowed)
      .map(({ action, resource }) => `${resource.id} ${action}`);
    expect(new Set(allowed)).toEqual(await oracle(pdp.url, token, documents));
    expect(sent).toHaveLength(Math.ceil(documents.length / 50));
  });

  test("asks once for what is asked at once, and verifies the token of a request once", async () => {
    const { authorize, identify, requireAllowed } = createEnforcer(optionsFor());
    const request = await requestBy(mara);
    const [one, two] = await Promise.all([authorize(request, remove), authorize(request, view)]);
    expect([one.allowed, two.allowed]).toEqual([true, true]);
    expect(sent).toHaveLength(1);
    expect(await identify(request)).toBe(await requireAllowed(request, remove));
  });

  test("takes requests of Node and Express, and a token from elsewhere", async () => {
    const token = await kinde.createToken(mara);
    const { authorize } = createEnforcer(optionsFor());
    expect(await authorize({ headers: { authorization: `bearer ${token}` } }, remove)).toMatchObject({ allowed: true });
    const cookies = createEnforcer({
      ...optionsFor(),
      tokenOf: async ({ cookie }: { headers: {}; cookie?: string }) => cookie ?? null,
    });
    expect(await cookies.authorize({ headers: {}, cookie: token }, remove)).toMatchObject({ allowed: true });
    expect(await refusalOf(cookies.authorize({ headers: { authorization: `Bearer ${token}` } }, remove))).toEqual([
      401,
      "token_missing",
    ]);
  });

  test("takes any client of the PDP", async () => {
    const client: PolicyDecisionPoint = createFetchPdp(pdp.url);
    expect(await createEnforcer(optionsFor({ pdp: client })).authorize(await requestBy(mara), remove)).toMatchObject({
      allowed: true,
    });
  });

  test("asks as anonymous where that is wanted", async () => {
    const { authorize } = createEnforcer(optionsFor({ anonymous: true }));
    expect(await authorize(requestOf(), view)).toMatchObject({ allowed: false });
    expect(sent).toMatchObject([{ principal: { id: "anonymous", roles: ["anonymous"] } }]);
  });

  test("takes no text for it: one that says false would be true", () => {
    const options: object = { anonymous: "false" };
    expect(() => createEnforcer(optionsFor(options))).toThrow(AuthzError);
  });

  test("takes no cookie for a token, unless it is told to", async () => {
    const headers = { cookie: `token=${await kinde.createToken(mara)}` };
    const request = new Request("https://api.test/", { headers });
    expect(await refusalOf(createEnforcer(optionsFor()).requireAllowed(request, view))).toEqual([401, "token_missing"]);
    expect(sent).toEqual([]);
  });

  test("plans for a query of the database", async () => {
    const { plan } = createEnforcer(optionsFor());
    expect(await plan(await requestBy(mara), { action: "view", kind: "document" })).toMatchObject({
      kind: "CONDITIONAL",
    });
    expect(await refusalOf(plan(requestOf(), { action: "view", kind: "document" }))).toEqual([401, "token_missing"]);
  });
});

describe("requireAllowed", () => {
  test("returns who asks, where all is allowed", async () => {
    const { requireAllowed } = createEnforcer(optionsFor());
    expect(await requireAllowed(await requestBy(mara), [remove, view])).toMatchObject({
      principal: { id: "kp_mara" },
      claims: { org_code: "org_aurora" },
    });
  });

  test.each<[string, () => Promise<Request>, Check | Check[], unknown]>([
    ["a denial", () => requestBy(tomas), remove, [403, "forbidden"]],
    ["a denial among allowances", () => requestBy(tomas), [view, remove], [403, "forbidden"]],
    ["nothing asked", () => requestBy(mara), [], [403, "forbidden"]],
    ["no token", async () => requestOf(), remove, [401, "token_missing"]],
    ["a token that is none", async () => requestOf("x"), remove, [401, "token_malformed"]],
    ["an expired token", () => requestBy(mara, { lifetime: -60 }), remove, [401, "token_expired"]],
    [
      "a token of another issuer",
      () => requestBy(mara, { claims: { iss: "https://other.kinde.com" } }),
      remove,
      [401, "token_issuer"],
    ],
    [
      "a token for another audience",
      () => requestBy(mara, { claims: { aud: ["x"] } }),
      remove,
      [401, "token_audience"],
    ],
    ["a token of another application", () => requestBy(mara, { claims: { azp: "x" } }), remove, [401, "token_client"]],
    ["a token that names nobody", () => requestBy(mara, { claims: { sub: "" } }), remove, [401, "token_claims"]],
    [
      "a token with a claim of another type",
      () => requestBy(mara, { claims: { permissions: "all" } }),
      remove,
      [401, "token_claims"],
    ],
  ])("throws at %s", async (_, request, checks, refused) => {
    const { requireAllowed } = createEnforcer(optionsFor());
    expect(await refusalOf(requireAllowed(await request(), checks))).toEqual(refused);
  });

  test("throws no Refusal at a check that is none: that is a fault in the program", async () => {
    const { requireAllowed } = createEnforcer(optionsFor());
    const error = await refusalOf(requireAllowed(await requestBy(mara), { action: "", resource: "document" }));
    expect(error).toBeInstanceOf(AuthzError);
    expect(error).toMatchObject({ code: "invalid_check" });
    const row = JSON.parse('{ "kind": "document", "id": 42 }');
    const ofNumber = await refusalOf(requireAllowed(await requestBy(mara), { action: "delete", resource: row }));
    expect(ofNumber).toMatchObject({ code: "invalid_check", message: expect.stringContaining("Write String(id).") });
  });

  test.each<[string, () => Promise<Response>, unknown]>([
    ["is down", () => Promise.reject(new TypeError("fetch failed")), [503, "pdp_unavailable"]],
    ["answers with a page", async () => new Response("<html>"), [503, "pdp_unavailable"]],
    ["answers about nothing", async () => Response.json({ results: [] }), [503, "pdp_unavailable"]],
    [
      "refuses the token",
      async () => Response.json({ code: 3, message: "invalid auxData" }, { status: 400 }),
      [401, "token_refused"],
    ],
    ["does not answer", () => new Promise(() => {}), [504, "pdp_timeout"]],
  ])("throws where the PDP %s", async (_, answer, refused) => {
    const options = optionsFor({
      pdp: "http://pdp.test",
      timeoutMs: 50,
      fetch: (url, init) => (url.startsWith("http://pdp.test") ? orAborted(answer(), init) : fetch(url, init)),
    });
    expect(await refusalOf(createEnforcer(options).requireAllowed(await requestBy(mara), remove))).toEqual(refused);
  });

  test("is an answer in a handler that is wrapped, and what else is thrown goes on", async () => {
    const { requireAllowed } = createEnforcer(optionsFor());
    const handler = answerRefusals(async (request: Request, name: string) => {
      await requireAllowed(request, remove);
      if (name === "broken") throw new Error("disk full");
      return new Response(name);
    });
    const denied = await handler(await requestBy(tomas), "x");
    expect([denied.status, await denied.json()]).toEqual([403, { code: 7, message: "You may not do this." }]);
    expect(await (await handler(await requestBy(mara), "done")).text()).toBe("done");
    await expect(handler(await requestBy(mara), "broken")).rejects.toThrow("disk full");
  });
});

describe("authorizerOf", () => {
  test("decides and plans in the name of the request's user, under the name of a PDP", async () => {
    const { authorizerOf } = createEnforcer(optionsFor());
    const authorizer = await authorizerOf(await requestBy(jonas), { pdpName: "/authz" });
    expect(authorizer).toMatchObject({ pdpName: "/authz", session: { principal: { id: "kp_jonas" } } });
    const decisions = await authorizer.checkAll([view, remove]);
    expect(decisions.map(({ allowed }) => allowed)).toEqual([true, false]);
    expect(await authorizer.plan({ action: "view", kind: "document" })).toMatchObject({ kind: "CONDITIONAL" });
    expect(sent.map(({ principal }) => principal.id)).toEqual(["kp_jonas", "kp_jonas"]);
  });

  test("refuses a request without a session, as identify does", async () => {
    const { authorizerOf } = createEnforcer(optionsFor());
    await expect(authorizerOf(requestOf())).rejects.toMatchObject({ reason: "token_missing" });
    await expect(authorizerOf(requestOf("forged"))).rejects.toMatchObject({ reason: "token_malformed" });
  });

  test("tells the audit of each decision and plan, and of no error", async () => {
    const entries: AuditEntry[] = [];
    const { authorizerOf } = createEnforcer(optionsFor({ audit: (made) => entries.push(...made) }));
    const authorizer = await authorizerOf(await requestBy(jonas));
    await authorizer.checkAll([view, remove]);
    await authorizer.plan({ action: "view", kind: "document" });
    await expect(authorizer.check({ action: "", resource: view.resource })).rejects.toThrow("action");
    expect(entries).toMatchObject([
      { subject: "kp_jonas", action: "view", effect: "EFFECT_ALLOW", matchedPolicy: "resource.document.vdefault" },
      { subject: "kp_jonas", action: "delete", effect: "EFFECT_DENY", matchedPolicy: "resource.document.vdefault" },
      { subject: "kp_jonas", action: "view", effect: "KIND_CONDITIONAL", id: null },
    ]);
  });
});

describe("a request that outlives its token, such as that of a WebSocket", () => {
  const query = { action: "view", kind: "document" };

  test.each(["authorize", "requireAllowed", "identify", "plan"] as const)(
    "%s serves it up to its end with the skew, and not after",
    async (name) => {
      const { clock, end, enforcer, request } = await longLived();
      const uses = {
        authorize: () => enforcer.authorize(request, remove),
        requireAllowed: () => enforcer.requireAllowed(request, remove),
        identify: () => enforcer.identify(request),
        plan: () => enforcer.plan(request, query),
      };
      expect(await refusalOf(uses[name]())).toBe("allowed");
      clock.now = end + SKEW - 1;
      expect(await refusalOf(uses[name]())).toBe("allowed");
      clock.now = end + SKEW;
      expect(await refusalOf(uses[name]())).toEqual([401, "token_expired"]);
      expect(await refusalOf(uses[name]())).toEqual([401, "token_expired"]);
    },
  );

  test("is served as any other where its token ended within the skew before", async () => {
    const { authorize, identify } = createEnforcer(optionsFor({ pdp: pdpThatAllows(() => true), clockSkewMs: 60_000 }));
    const now = Math.floor(Date.now() / 1000);
    const request = await requestBy(mara, { claims: { iat: now - 600, exp: now - 30 } });
    expect(await identify(request)).toMatchObject({ principal: { id: "kp_mara" } });
    expect(await authorize(request, remove)).toMatchObject({ allowed: true });
  });

  test("goes on once tokenOf has a newer token, and not before", async () => {
    let token = "";
    const { clock, end, enforcer, request } = await longLived({ tokenOf: () => token });
    token = await kinde.createToken({ ...mara, claims: { exp: end / 1000 } });
    expect(await enforcer.authorize(request, remove)).toMatchObject({ allowed: true });
    clock.now = end + SKEW;
    expect(await refusalOf(enforcer.authorize(request, remove))).toEqual([401, "token_expired"]);
    token = await kinde.createToken({ ...tomas, lifetime: 3600 });
    expect(await enforcer.authorize(request, remove)).toMatchObject({ allowed: false });
    expect(await enforcer.identify(request)).toMatchObject({ principal: { id: "kp_tomas" } });
  });

  test("is identified again after a failure: none is kept", async () => {
    let isDown = true;
    const fetches = async (url: string, init: RequestInit): Promise<Response> => {
      if (isDown) throw new TypeError("fetch failed");
      return fetch(url, init);
    };
    const { clock, enforcer, request } = await longLived({ fetch: fetches });
    expect(await refusalOf(enforcer.authorize(request, remove))).toEqual([503, "issuer_unavailable"]);
    isDown = false;
    clock.now += 1000;
    expect(await refusalOf(enforcer.authorize(request, remove))).toBe("allowed");
  });
});

describe("the cache", () => {
  test("is off: each check is asked", async () => {
    const { authorize } = createEnforcer(optionsFor());
    for (let sentBefore = 0; sentBefore < 3; sentBefore += 1) await authorize(await requestBy(mara), remove);
    expect(sent).toHaveLength(3);
  });

  test("takes a decision again for a while, for the same token and the same resource alone", async () => {
    let now = 0;
    const { authorize } = createEnforcer(optionsFor({ cache: { maxAgeMs: 1000, maxEntries: 3, now: () => now } }));
    const [maras, tomass] = [await kinde.createToken(mara), await kinde.createToken(tomas)];
    const asked = async (token: string, check = remove): Promise<number> => {
      const before = sent.length;
      await authorize(requestOf(token), check);
      return sent.length - before;
    };
    expect(await asked(maras)).toBe(1);
    // Another request with it.
    expect(await asked(maras)).toBe(0);
    expect(await asked(tomass)).toBe(1);
    const attr = { ...documentResource(first).attr, state: "archived" };
    expect(await asked(maras, { ...remove, resource: { ...documentResource(first), attr } })).toBe(1);
    expect(await asked(await kinde.createToken({ ...mara, claims: { permissions: [] } }))).toBe(1);
    // Of four the oldest is gone.
    expect(await asked(tomass)).toBe(0);
    expect(await asked(maras)).toBe(1);
    now = 1000;
    expect(await asked(maras)).toBe(1);
  });

  test.each<[claim: string, strong: unknown, weak: unknown]>([
    ["auth_time", 2_000_000_000, 1_000_000_000],
    ["jti", "signed in with a passkey", "signed in with a password"],
    ["exp", inAnHour + 60, inAnHour],
    ["iat", inAnHour - 7100, inAnHour - 7200],
    ["nbf", inAnHour - 7100, inAnHour - 7200],
    ["rat", 2_000_000_000, 1_000_000_000],
    ["scp", ["openid", "admin"], ["openid"]],
    ["amr", ["pwd", "mfa"], ["pwd"]],
    ["my own", { level: 2 }, { level: 1 }],
  ])("shares no decision between tokens that differ in %s", async (claim, strong, weak) => {
    const allowing = pdpThatAllows((claims) => JSON.stringify(Reflect.get(claims, claim)) === JSON.stringify(strong));
    const { authorize } = createEnforcer(optionsFor({ pdp: allowing, cache: { maxAgeMs: 60_000 } }));
    const isAllowed = async (value: unknown): Promise<boolean> =>
      (await authorize(await requestBy(mara, { claims: { [claim]: value } }), remove)).allowed;
    expect([await isAllowed(strong), await isAllowed(weak), await isAllowed(strong)]).toEqual([true, false, true]);
  });

  test("shares no decision between two answers of enrich", async () => {
    let seats = 1;
    const enrich = async () => ({ seats });
    const { authorize } = createEnforcer(
      optionsFor({ cache: { maxAgeMs: 60_000 }, enrichMaxAgeMs: 0, principal: { enrich } }),
    );
    const token = await kinde.createToken(mara);
    for (const [has, asked] of [
      [1, 1],
      [1, 1],
      [2, 2],
      [1, 2],
    ] as const) {
      seats = has;
      await authorize(requestOf(token), remove);
      expect(sent).toHaveLength(asked);
    }
  });

  test("does not outlive a token, and keeps no failure", async () => {
    const down = { is: false };
    const options = optionsFor({ cache: { maxAgeMs: 60_000 } });
    const { authorize } = createEnforcer({
      ...options,
      fetch: async (url, init) => {
        if (down.is && url.startsWith(pdp.url)) throw new TypeError("fetch failed");
        return fetch(url, init);
      },
    });
    expect(await authorize(await requestBy(mara), remove)).toMatchObject({ allowed: true });
    expect(await refusalOf(authorize(await requestBy(mara, { lifetime: -60 }), remove))).toEqual([
      401,
      "token_expired",
    ]);
    down.is = true;
    expect(await refusalOf(authorize(await requestBy(mara), view))).toEqual([503, "pdp_unavailable"]);
    down.is = false;
    expect(await authorize(await requestBy(mara), view)).toMatchObject({ allowed: true });
  });
});

/** As `fetch` does: it ends with the signal. */
const orAborted = (answer: Promise<Response>, { signal }: RequestInit): Promise<Response> =>
  Promise.race([
    answer,
    new Promise<never>((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason))),
  ]);
