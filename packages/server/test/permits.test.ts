// What clients may ask for beyond plain checks, and what annotations the PDP's audit log gets.
import { createAuthorizer, createSession } from "@kinde-cerbos/core";
import { createFetchPdp } from "@kinde-cerbos/core/fetch-pdp";
import { type Annotate, createGateway, type GatewayOptions } from "@kinde-cerbos/server";
import { describe, expect, test, vi } from "vitest";
import { goodBody, goodToken, type InMemory, inMemory, refusalOf } from "./in-memory.ts";
import { AUDIENCE, CLIENT_ID, mara, startIssuer, startPdpFor } from "./stack.ts";

const PLAN = "/authz/api/plan/resources";
const onDocument = (resource: object = {}) => ({
  resources: [{ actions: ["view"], resource: { kind: "document", id: "1", ...resource } }],
});
const planOn = (resource: object = {}) => ({
  resources: undefined,
  actions: ["view"],
  resource: { kind: "document", ...resource },
});

/** Asks a check and a plan about a document; what came of both. */
async function both(world: InMemory, resource: object, token?: string): Promise<[number, number]> {
  const auxData = token === undefined ? {} : { auxData: { jwt: { token } } };
  const check = await world.post(await goodBody({ ...onDocument(resource), ...auxData }));
  const plan = await world.post(await goodBody({ ...planOn(resource), ...auxData }), { path: PLAN });
  return [check.status, plan.status];
}

/** Answers checks and plans. */
const open = (options: Partial<GatewayOptions> = {}): InMemory =>
  inMemory(options, (body) =>
    Response.json({ results: (body.resources ?? [{}]).map(() => ({})), filter: {}, cerbosCallId: "call" }),
  );

/** A page's authorizer in front of a gateway in memory. */
async function authorizerFor(world: InMemory) {
  const pdp = createFetchPdp("http://gateway.test/authz", {
    fetch: async (...request) => world.gateway(new Request(...request)),
  });
  return createAuthorizer({ pdp, session: await createSession(await goodToken()), includeMetadata: true });
}

describe("metadata", () => {
  test.each<[object, boolean]>([
    [{}, false],
    [{ metadata: false }, false],
    [{ metadata: true }, true],
  ])("with %j", async (options, isThere) => {
    const world = open(options);
    for (const [body, init] of [
      [onDocument(), {}],
      [planOn(), { path: PLAN }],
    ] as const) {
      expect((await world.post(await goodBody({ ...body, includeMeta: true }), init)).status).toBe(200);
    }
    expect(world.asked.map(({ body }) => Reflect.get(body, "includeMeta"))).toEqual(
      isThere ? [true, true] : [undefined, undefined],
    );
  });

  test("that a page asks for in vain breaks nothing", async () => {
    const decision = await (
      await authorizerFor(inMemory())
    ).check({ action: "view", resource: { kind: "document", id: "1" } });
    expect(decision).toMatchObject({ allowed: true });
    expect(decision.metadata).toBeUndefined();
  });
});

describe("plans", () => {
  test("may be turned off, and checks are still answered", async () => {
    const world = inMemory({ plans: false });
    const response = await world.post(await goodBody(planOn()), { path: PLAN });
    expect(await refusalOf(world, response)).toEqual([403, 7, "plan_not_allowed"]);
    expect((await world.post()).status).toBe(200);
    const plan = (await authorizerFor(world)).plan({ action: "view", kind: "document" });
    await expect(plan).rejects.toMatchObject({
      code: "request_refused",
      message: expect.stringContaining("option plans"),
    });
  });

  test("that are off are still for those with a token alone", async () => {
    const world = inMemory({ plans: false });
    const response = await world.post(await goodBody({ ...planOn(), auxData: undefined }), { path: PLAN });
    expect(await refusalOf(world, response)).toEqual([401, 16, "token_missing"]);
  });
});

const tenant = (orgCode: string): string => `tenants.${orgCode}`;

describe("a scope on a resource", () => {
  // The token is one for org_acme.
  test.each<[string, Partial<GatewayOptions>, unknown, 200 | 400]>([
    ["none", {}, undefined, 200],
    ["null", {}, null, 200],
    ["an empty one", {}, "", 200],
    ["the organization's", {}, "org_acme", 200],
    ["another organization's", {}, "org_other", 400],
    ["one below the organization's", {}, "org_acme.sales", 400],
    ["one that begins like it", {}, "org_acmes", 400],
    ["one in other letters", {}, "ORG_ACME", 400],
    ["a wildcard", {}, "*", 400],
    ["what scopeFromOrg makes of the organization", { principal: { scopeFromOrg: tenant } }, "tenants.org_acme", 200],
    ["what scopeFromOrg makes of another", { principal: { scopeFromOrg: tenant } }, "tenants.org_other", 400],
    ["the organization's, where scopeFromOrg says another", { principal: { scopeFromOrg: tenant } }, "org_acme", 400],
    ["any, where scopeFromOrg says none", { principal: { scopeFromOrg: () => undefined } }, "org_acme", 400],
    ["none, where scopeFromOrg says none", { principal: { scopeFromOrg: () => undefined } }, undefined, 200],
    ["one of the list", { scopes: ["shared", "eu"] }, "eu", 200],
    ["the organization's, beside a list", { scopes: ["shared"] }, "org_acme", 200],
    ["one that is not in the list", { scopes: ["shared"] }, "us", 400],
    ["whatever, where any may be", { scopes: "*" }, "us", 200],
  ])("%s", async (_, options, scope, status) => {
    const world = open(options);
    expect(await both(world, { scope })).toEqual([status, status]);
    expect(world.asked.length).toBe(status === 200 ? 2 : 0);
  });

  test("without an organization, and without a token, is none", async () => {
    const world = open({ anonymous: true, principal: { scopeFromOrg: (orgCode) => `x${orgCode}` } });
    const token = await goodToken({ org_code: undefined });
    for (const scope of ["org_acme", "undefined", "xundefined", "null"])
      expect(await both(world, { scope }, token)).toEqual([400, 400]);
    expect(
      (await world.post(await goodBody({ ...onDocument({ scope: "org_acme" }), auxData: undefined }))).status,
    ).toBe(400);
    expect(await both(world, {}, token)).toEqual([200, 200]);
  });

  test("of the organization under the name that Hasura wants is the organization's", async () => {
    const token = await goodToken({ org_code: undefined, "x-hasura-org-code": "org_acme" });
    expect(await both(open(), { scope: "org_acme" }, token)).toEqual([200, 200]);
  });

  test("that is refused is named, with the option, and harms its own check alone", async () => {
    // A PDP repeats the scope.
    const allowing = inMemory({}, ({ resources }) =>
      Response.json({
        results: resources.map(({ resource }) => ({ resource, actions: { view: "EFFECT_ALLOW" } })),
        cerbosCallId: "call",
      }),
    );
    const authorizer = await authorizerFor(allowing);
    const outcomes = await Promise.allSettled(
      [undefined, "org_other", "org_acme"].map((scope) =>
        authorizer.check({ action: "view", resource: { kind: "document", id: "1", scope } }),
      ),
    );
    expect(outcomes).toMatchObject([
      { value: { allowed: true } },
      { reason: { code: "check_refused", message: expect.stringMatching(/scope .*option scopes/) } },
      { value: { allowed: true } },
    ]);
    const world = inMemory();
    const response = await world.post(
      await goodBody({ resources: [onDocument().resources[0], onDocument({ scope: "x" }).resources[0]] }),
    );
    expect((await response.clone().json()).message).toContain("resources[1].resource.scope");
    expect(await refusalOf(world, response)).toEqual([400, 3, "scope_not_allowed"]);
  });
});

describe("a policy version on a resource", () => {
  test.each<[string, Partial<GatewayOptions>, unknown, 200 | 400]>([
    ["none", {}, undefined, 200],
    ["an empty one", {}, "", 200],
    // Only the PDP's configuration knows what its default version is called.
    ["default", {}, "default", 400],
    ["another", {}, "draft", 400],
    ["one of the list", { policyVersions: ["default", "draft"] }, "draft", 200],
    ["one that is not in the list", { policyVersions: ["default"] }, "draft", 400],
    ["whatever, where any may be", { policyVersions: "*" }, "draft", 200],
  ])("%s", async (_, options, policyVersion, status) => {
    expect(await both(open(options), { policyVersion })).toEqual([status, status]);
  });

  test("that is refused is named, with the option", async () => {
    const world = inMemory();
    const response = await world.post(await goodBody(onDocument({ policyVersion: "draft" })));
    expect((await response.clone().json()).message).toMatch(
      /resources\[0\].resource.policyVersion .*option policyVersions/,
    );
    expect(await refusalOf(world, response)).toEqual([400, 3, "policy_version_not_allowed"]);
  });
});

const ofOrganization: Annotate = (_, claims) => ({ organization: claims?.org_code ?? "", flags: [true] });
const contextOf = (world: InMemory): unknown => Reflect.get(world.asked[0]?.body ?? {}, "requestContext");

describe("annotations", () => {
  const theirs = { requestContext: { annotations: { page: "theirs", tab: { id: 7 } } } };

  test("of a client are refused, and accepted where that is wanted", async () => {
    for (const requestContext of [theirs.requestContext, {}, { annotations: {} }]) {
      const world = inMemory();
      const response = await world.post(await goodBody({ requestContext }));
      expect((await response.clone().json()).message).toContain("option clientAnnotations");
      expect(await refusalOf(world, response)).toEqual([400, 3, "annotations_not_allowed"]);
    }
    const world = inMemory({ clientAnnotations: true });
    expect((await world.post(await goodBody(theirs))).status).toBe(200);
    expect(contextOf(world)).toEqual(theirs.requestContext);
  });

  test.each<[unknown, string]>([
    ["page", "body_invalid"],
    [{ page: "x" }, "body_invalid"],
    [{ annotations: [] }, "body_invalid"],
    [{ annotations: { page: "x".repeat(8193) } }, "text_too_long"],
    [{ annotations: JSON.parse(`${'{"a":'.repeat(17)}1${"}".repeat(17)}`) }, "attributes_too_deep"],
  ])("of a client are held to the limits: %#", async (requestContext, reason) => {
    const world = inMemory({ clientAnnotations: true });
    expect(await refusalOf(world, await world.post(await goodBody({ requestContext })))).toEqual([400, 3, reason]);
  });

  test("of the server come from the request and the verified claims, in checks and plans", async () => {
    const annotations = vi.fn<Annotate>((request, claims) => ({
      sub: claims?.sub ?? null,
      from: request.headers.get("x-page"),
    }));
    const world = open({ annotations, anonymous: true });
    await world.post(await goodBody(), { headers: { "x-page": "home" } });
    await world.post(await goodBody(planOn()), { path: PLAN });
    await world.post(await goodBody({ auxData: undefined }));
    expect(world.asked.map(({ body }) => Reflect.get(body, "requestContext"))).toEqual([
      { annotations: { sub: "kp_alice", from: "home" } },
      { annotations: { sub: "kp_alice", from: null } },
      { annotations: { sub: null, from: null } },
    ]);
  });

  test("of the server replace a client's of the same name", async () => {
    const world = inMemory({ clientAnnotations: true, annotations: async () => ({ page: "ours" }) });
    await world.post(await goodBody(theirs));
    expect(contextOf(world)).toEqual({ annotations: { page: "ours", tab: { id: 7 } } });
  });

  test.each<[string, () => Promise<{ readonly [name: string]: string }>]>([
    ["throw", () => Promise.reject(new Error("no"))],
    ["are no object", async () => JSON.parse("[]")],
  ])("of the server that %s refuse the request", async (_, annotations) => {
    const world = inMemory({ annotations });
    expect(await refusalOf(world, await world.post())).toEqual([500, 13, "internal"]);
  });

  test("are in the audit log of a real PDP", async () => {
    const kinde = await startIssuer();
    const pdp = await startPdpFor(kinde, { audit: true });
    try {
      const gateway = createGateway({
        issuer: kinde.url,
        audience: AUDIENCE,
        clientId: CLIENT_ID,
        pdp: pdp.url,
        annotations: ofOrganization,
        clientAnnotations: true,
      });
      const auxData = { jwt: { token: await kinde.createToken(mara) } };
      for (const [path, body] of [
        ["check", onDocument({ attr: {} })],
        ["plan", planOn()],
      ] as const) {
        const request = new Request(`http://gateway.test/api/${path}/resources`, {
          method: "POST",
          body: JSON.stringify({ ...body, ...theirs, auxData }),
        });
        expect((await gateway(request)).status).toBe(200);
      }
      const all = { ...theirs.requestContext.annotations, organization: "org_aurora", flags: [true] };
      await vi.waitFor(() => {
        const decisions = pdp
          .logs()
          .filter((line) => line.includes('"decision"'))
          .map((line) => JSON.parse(line));
        expect(decisions.map(({ requestContext }) => requestContext)).toEqual([
          { annotations: all },
          { annotations: all },
        ]);
      }, 30_000);
    } finally {
      await pdp.stop();
      await kinde.close();
    }
  });
});
