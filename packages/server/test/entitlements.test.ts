// Entitlements from end to end: plans at an issuer, Kinde's account API, the gateway or the enforcer, a real PDP, and
// the
// examples of the policy pack. And the same PDP settings as without a gateway, where nothing that a browser says
// counts.
import { createAuthorizer, createSession, type Decision, kindeEntitlements } from "@kinde-cerbos/core";
import { createFetchPdp } from "@kinde-cerbos/core/fetch-pdp";
import {
  type CreateTokenOptions,
  type LocalKinde,
  type LocalKindeConfig,
  startLocalKinde,
} from "@kinde-cerbos/local-kinde";
import {
  createEnforcer,
  createGateway,
  type Gateway,
  type GatewayLogLine,
  type GatewayOptions,
  type IdentityOptions,
} from "@kinde-cerbos/server";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Pdp, startPdp } from "../../cli/src/internal.ts";
import { type Assembled, assemble } from "../../policies/test/assemble.ts";

/** More than a page of the account API holds; `exports` is on the second. */
const more = Array.from({ length: 11 }, (_, at) => ({ key: `feature_${at}` }));

const config: LocalKindeConfig = {
  applications: [{ clientId: "web", redirectUris: ["http://localhost:5173"], claims: { include: ["roles"] } }],
  roles: [
    { key: "admin", name: "Administrator", permissions: ["exports:create"] },
    { key: "member", name: "Member", permissions: [] },
  ],
  plans: [
    { key: "free", entitlements: [{ key: "seats", maximum: 1 }] },
    { key: "business", entitlements: [...more, { key: "exports", maximum: 100 }, { key: "seats", maximum: 5 }] },
  ],
  organizations: [
    { code: "org_free", name: "Free", plans: ["free"] },
    { code: "org_business", name: "Business", plans: ["business"] },
  ],
  people: [
    {
      id: "kp_ann",
      email: "ann@example.com",
      givenName: "Ann",
      familyName: "Lee",
      memberships: [
        { organization: "org_free", roles: ["admin"] },
        { organization: "org_business", roles: ["admin"] },
      ],
    },
    {
      id: "kp_bob",
      email: "bob@example.com",
      givenName: "Bob",
      familyName: "Day",
      memberships: [{ organization: "org_business", roles: ["member"] }],
    },
  ],
};

const annOnFree = { person: "kp_ann", organization: "org_free" };
const annOnBusiness = { person: "kp_ann", organization: "org_business" };
const bobOnBusiness = { person: "kp_bob", organization: "org_business" };

let kinde: LocalKinde;
let assembled: Assembled;
let behind: Pdp;
let direct: Pdp;
/** Requests to the account API, and what it answers instead, if anything. */
const asked: string[] = [];
let broken: (() => Response) | undefined;
const lines: GatewayLogLine[] = [];

beforeAll(async () => {
  assembled = assemble();
  kinde = await startLocalKinde({ config });
  const settings = { policies: assembled.folder, jwksUrl: `${kinde.url}/.well-known/jwks` };
  const globals = { issuer: kinde.url, clientId: "web" };
  // One after the other: compiling the policies is what takes its time.
  behind = await startPdp({ ...settings, globals: { ...globals, behindGateway: true } });
  direct = await startPdp({ ...settings, globals });
}, 90_000);

afterAll(async () => {
  await Promise.all([behind.stop(), direct.stop()]);
  await kinde.close();
  assembled[Symbol.dispose]();
});

beforeEach(() => {
  asked.length = 0;
  lines.length = 0;
  broken = undefined;
});

const enrich = () =>
  kindeEntitlements({
    domain: kinde.url,
    fetch: async (url, init) => {
      asked.push(new Request(url).url);
      return broken?.() ?? fetch(url, init);
    },
  });

const identity = (): IdentityOptions => ({ issuer: kinde.url, clientId: "web", principal: { enrich: enrich() } });

const gatewayOf = (changes: Partial<GatewayOptions> = {}): Gateway =>
  createGateway({ ...identity(), pdp: behind.url, rateLimit: false, log: (line) => lines.push(line), ...changes });

/** A client whose requests go through a gateway of its own. */
function throughGateway(gateway = gatewayOf()) {
  return createFetchPdp("http://gateway", { fetch: async (...request) => gateway(new Request(...request)) });
}

const exportOf = (organization: string, rows: number) => ({
  action: "create",
  resource: { kind: "export", id: "1", attr: { orgCode: organization, rows } },
});

/** Whether an export of so many rows is allowed to them, and what the policy says of it. */
async function decide(
  who: CreateTokenOptions & { organization: string },
  rows: number,
  pdp = throughGateway(),
): Promise<Decision> {
  const session = await createSession(await kinde.createToken(who), { principal: { enrich: enrich() } });
  asked.length = 0;
  return createAuthorizer({ pdp, session }).check(exportOf(who.organization, rows));
}

/** What a page may say of its plan. */
const lie = async () => ({ entitlements: { exports: null } });

const hintsOf = ({ outputs }: Decision): unknown[] => outputs.map(({ value }) => value);

describe("through the gateway, which asks Kinde itself", () => {
  test("the plan allows what it includes, and the policy says what an upgrade would change", async () => {
    expect(await decide(annOnBusiness, 100)).toMatchObject({ allowed: true, outputs: [] });
    const larger = await decide(annOnBusiness, 101);
    expect(larger.allowed).toBe(false);
    expect(hintsOf(larger)).toEqual([{ upgrade: "exports", reason: "Your plan allows exports of up to 100 rows." }]);
    const free = await decide(annOnFree, 1);
    expect(free.allowed).toBe(false);
    expect(hintsOf(free)).toEqual([{ upgrade: "exports", reason: "Your plan does not include exports." }]);
  });

  test("who lacks the permission is denied without a hint", async () => {
    const decision = await decide(bobOnBusiness, 1);
    expect(decision.allowed).toBe(false);
    expect(hintsOf(decision)).toEqual([{}]);
  });

  test("what the page says of the plan does not count", async () => {
    const session = await createSession(await kinde.createToken(annOnFree), { principal: { enrich: lie } });
    const decision = await createAuthorizer({ pdp: throughGateway(), session }).check(exportOf("org_free", 1));
    expect(decision.allowed).toBe(false);
  });

  test("a limit is compared with a number", async () => {
    const session = await createSession(await kinde.createToken(annOnBusiness));
    const authorizer = createAuthorizer({ pdp: throughGateway(), session });
    const seat = (taken: number) =>
      authorizer.check({
        action: "take",
        resource: { kind: "seat", id: "1", attr: { orgCode: "org_business", taken } },
      });
    expect(await Promise.all([4, 5].map(async (taken) => (await seat(taken)).allowed))).toEqual([true, false]);
  });

  test("the account API is asked once for a token, for all of its pages, however many checks there are", async () => {
    const pdp = throughGateway();
    const session = await createSession(await kinde.createToken(annOnBusiness));
    const ask = async (): Promise<void> => {
      // Requests at one time, of one resource each.
      const checks = Array.from({ length: 5 }, (_, rows) =>
        createAuthorizer({ pdp, session }).check(exportOf("org_business", rows)),
      );
      expect((await Promise.all(checks)).every(({ allowed }) => allowed)).toBe(true);
    };
    await ask();
    await ask();
    const api = `${kinde.url}/account_api/v1/entitlements`;
    expect(asked).toEqual([api, `${api}?starting_after=entitlement_feature_9`]);
  });

  test("a plan that has changed counts once the gateway asks again", async () => {
    const token = await kinde.createToken(annOnFree);
    const session = await createSession(token);
    let now = Date.now();
    const pdp = throughGateway(gatewayOf({ now: () => now }));
    const isAllowed = async (): Promise<boolean> =>
      (await createAuthorizer({ pdp, session }).check(exportOf("org_free", 1))).allowed;
    expect(await isAllowed()).toBe(false);
    await kinde.reload({
      ...config,
      organizations: config.organizations.map((one) => ({ ...one, plans: ["business"] })),
    });
    try {
      now += 59_000;
      expect(await isAllowed()).toBe(false);
      now += 2000;
      expect(await isAllowed()).toBe(true);
    } finally {
      await kinde.reload(config);
    }
  });

  test.each<[string, () => Response]>([
    ["401", () => new Response(null, { status: 401 })],
    ["403", () => new Response(null, { status: 403 })],
    ["500", () => new Response(null, { status: 500 })],
    ["something else", () => new Response("<!doctype html>")],
  ])("where the account API answers %s, nothing is allowed, and the log says why", async (_, answer) => {
    broken = answer;
    const token = await kinde.createToken(annOnBusiness);
    const { resource, action } = exportOf("org_business", 1);
    const body = JSON.stringify({ resources: [{ resource, actions: [action] }], auxData: { jwt: { token } } });
    const response = await gatewayOf()(new Request("http://gateway/api/check/resources", { method: "POST", body }));
    expect(response.status).toBe(503);
    expect(lines).toMatchObject([
      { status: 503, reason: "enrich_failed", callIds: [], error: expect.stringContaining("AuthzError enrich_failed") },
    ]);
  });
});

describe("in an API, with the same options", () => {
  test("the enforcer decides by the plan, and asks once", async () => {
    const { authorize } = createEnforcer({ ...identity(), pdp: behind.url });
    const headers = { authorization: `Bearer ${await kinde.createToken(annOnBusiness)}` };
    const allowed = async (rows: number): Promise<boolean> =>
      (await authorize(new Request("http://api", { headers }), exportOf("org_business", rows))).allowed;
    expect([await allowed(100), await allowed(101)]).toEqual([true, false]);
    expect(asked).toHaveLength(2);
  });
});

describe("directly, where the browser makes the principal", () => {
  test("nobody is allowed anything by a plan, nor told to upgrade", async () => {
    for (const who of [annOnBusiness, annOnFree]) {
      const decision = await decide(who, 1, createFetchPdp(direct.url));
      expect(decision.allowed).toBe(false);
      expect(hintsOf(decision)).toEqual([{}]);
    }
  });
});
