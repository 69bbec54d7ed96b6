// What the options of a principal do at the PDP: attributes from Kinde's account API, and scopes per tenant.
import { fileURLToPath } from "node:url";
import { HTTP } from "@cerbos/http";
import {
  type Authorizer,
  createAuthorizer,
  createSession,
  kindeEntitlements,
  type PrincipalOptions,
} from "@kinde-cerbos/core";
import { type LocalKinde, startLocalKinde, startPdp, type TestPdp } from "@kinde-cerbos/testing/node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { kindeConfig } from "../stack/kinde-config.ts";

let kinde: LocalKinde;
let pdp: TestPdp;
/** Of the account API: addresses, as they came in. */
const asked: string[] = [];

beforeAll(async () => {
  const config = await kindeConfig("http://localhost:5173");
  // More than a page of the account API holds, and what is asked for is on the second.
  for (const organization of config.organizations) {
    const others = Array.from({ length: 12 }, (_, at) => ({ key: `add_on_${at}`, maximum: at }));
    organization.entitlements = [...others, ...(organization.entitlements ?? [])];
  }
  kinde = await startLocalKinde({ config });
  pdp = await startPdp({
    policies: fileURLToPath(new URL("principal-policies", import.meta.url)),
    kinde,
  });
}, 60_000);

afterAll(async () => {
  await pdp.stop();
  await kinde.close();
});

const inAurora = { person: "kp_mara", organization: "org_aurora" };

async function authorizerFor(
  membership: { person: string; organization: string },
  principal: PrincipalOptions,
): Promise<Authorizer> {
  const session = await createSession(await kinde.createToken(membership), { principal });
  return createAuthorizer({ pdp: new HTTP(pdp.url), session });
}

async function isAllowed(authorizer: Authorizer, action: string, kind: string, scope?: string): Promise<boolean> {
  return (await authorizer.check({ action, resource: { kind, id: "1", scope } })).allowed;
}

/** As in an app, with an ear on what is asked. */
const entitled = (): NonNullable<PrincipalOptions["enrich"]> =>
  kindeEntitlements({
    domain: kinde.url,
    fetch: (url, init) => {
      asked.push(new Request(url).url);
      return fetch(url, init);
    },
  });

describe("entitlements, by enrich", () => {
  test("are all in the principal, and a policy decides by them", async () => {
    const authorizer = await authorizerFor(inAurora, { enrich: entitled() });
    const { entitlements } = authorizer.session.principal.attr;
    expect(entitlements).toMatchObject({ seats: 50, add_on_0: 0, add_on_11: 11 });
    // The plan's two, and twelve more.
    expect(Object.keys(entitlements ?? {})).toHaveLength(14);
    expect(await isAllowed(authorizer, "create", "export")).toBe(true);
  });

  test("of another organization are others", async () => {
    const authorizer = await authorizerFor({ person: "kp_mara", organization: "org_borealis" }, { enrich: entitled() });
    expect(authorizer.session.principal.attr["entitlements"]).toMatchObject({ seats: 20 });
    const small = await authorizerFor({ person: "kp_priya", organization: "org_cascade" }, { enrich: entitled() });
    expect(await isAllowed(small, "create", "export")).toBe(false);
  });

  test("that nobody asked for allow nothing", async () => {
    expect(await isAllowed(await authorizerFor(inAurora, {}), "create", "export")).toBe(false);
  });

  test("that cannot be had make no session", async () => {
    const session = authorizerFor(inAurora, {
      enrich: (claims, context) => entitled()(claims, { ...context, token: "none" }),
    });
    await expect(session).rejects.toMatchObject({
      code: "enrich_failed",
      message: expect.stringContaining("it refused the token with 401"),
    });
  });

  test("are asked for without the token in the address", () => {
    expect(asked.length).toBeGreaterThan(2);
    expect(asked.filter((url) => url.includes("eyJ"))).toEqual([]);
  });
});

const scopeFromOrg = (orgCode: string): string => orgCode;

describe("scopes", () => {
  test("of the principal finds principal policies of the tenant", async () => {
    expect(await isAllowed(await authorizerFor(inAurora, { scopeFromOrg }), "escalate", "ticket")).toBe(true);
    expect(await isAllowed(await authorizerFor(inAurora, {}), "escalate", "ticket")).toBe(false);
    const elsewhere = { person: "kp_mara", organization: "org_borealis" };
    expect(await isAllowed(await authorizerFor(elsewhere, { scopeFromOrg }), "escalate", "ticket")).toBe(false);
  });

  test("of the principal finds no resource policy: that takes the scope of the resource", async () => {
    const authorizer = await authorizerFor(inAurora, { scopeFromOrg });
    expect(await isAllowed(authorizer, "close", "ticket")).toBe(true);
    expect(await isAllowed(authorizer, "close", "ticket", "org_aurora")).toBe(false);
    expect(await isAllowed(authorizer, "view", "ticket", "org_aurora")).toBe(true);
  });

  test("of a tenant without a policy of its own allow nothing", async () => {
    const authorizer = await authorizerFor(inAurora, { scopeFromOrg });
    expect(await isAllowed(authorizer, "view", "ticket", "org_borealis")).toBe(false);
  });
});
