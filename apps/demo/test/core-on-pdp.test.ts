import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { HTTP } from "@cerbos/http";
import { AuthzError, type Check, createAuthorizer, createSession, type PolicyDecisionPoint } from "@kinde-cerbos/core";
import { type LocalKinde, startLocalKinde, startPdp, type TestPdp } from "@kinde-cerbos/testing/node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ACTIONS, documentResource, documents } from "../data/documents.ts";
import { kindeConfig } from "../stack/kinde-config.ts";
import { oracle } from "./oracle.ts";

const config = await kindeConfig("http://localhost:5173");
const memberships = config.people.flatMap(({ id, memberships: places }) =>
  places.map(({ organization }) => ({ person: id, organization })),
);
const mara = { person: "kp_mara", organization: "org_aurora" };

let kinde: LocalKinde;
let pdp: TestPdp;

beforeAll(async () => {
  kinde = await startLocalKinde({ config });
  pdp = await startPdp({
    policies: fileURLToPath(new URL("../policies", import.meta.url)),
    kinde,
  });
}, 60_000);

afterAll(async () => {
  await pdp.stop();
  await kinde.close();
});

/** `@cerbos/http`, with its requests counted. */
function countedPdp(url = pdp.url): PolicyDecisionPoint & { readonly requests: number } {
  const http = new HTTP(url);
  let requests = 0;
  return {
    checkResources: (request, options) => {
      requests += 1;
      return http.checkResources(request, options);
    },
    get requests() {
      return requests;
    },
  };
}

const checksOf = (asked = documents) =>
  asked.flatMap((document) => ACTIONS.map((action) => ({ action, resource: documentResource(document) })));

/** A check that Mara, an administrator, is allowed. */
const edit = { action: "edit", resource: documentResource(documents[0]!) };

async function authorizerFor(token: string | null, url?: string) {
  return createAuthorizer({ pdp: countedPdp(url), session: await createSession(token), includeMetadata: true });
}

async function failureOf(asked: Promise<unknown>): Promise<AuthzError> {
  const error: unknown = await asked.then(
    () => expect.fail("It was decided."),
    (reason: unknown) => reason,
  );
  if (error instanceof AuthzError) return error;
  throw error;
}

describe("every person in every organization", () => {
  test.each(memberships)("$person in $organization: decisions are the PDP's own", async (membership) => {
    const token = await kinde.createToken(membership);
    const counted = countedPdp();
    const authorizer = createAuthorizer({ pdp: counted, session: await createSession(token) });

    const decisions = await authorizer.checkAll(checksOf());

    const allowed = decisions.filter((decision) => decision.allowed);
    expect(new Set(allowed.map(({ resource, action }) => `${resource.id} ${action}`))).toEqual(
      await oracle(pdp.url, token, documents),
    );
    expect(allowed.length).toBeGreaterThan(0);
    expect(decisions).toHaveLength(documents.length * ACTIONS.length);
    expect(counted.requests).toBe(Math.ceil(documents.length / 50));
  });

  test("nobody signed in is allowed nothing", async () => {
    const decisions = await (await authorizerFor(null)).checkAll(checksOf());
    expect(decisions.some(({ allowed }) => allowed)).toBe(false);
  });
});

describe("a decision", () => {
  test("says which policy and derived roles made it", async () => {
    const authorizer = await authorizerFor(await kinde.createToken(mara));
    expect(await authorizer.check(edit)).toMatchObject({
      allowed: true,
      metadata: {
        matchedPolicy: "resource.document.vdefault",
        effectiveDerivedRoles: expect.arrayContaining(["kinde_org_admin"]),
      },
      callId: expect.stringMatching(/^[0-9A-Z]{26}$/),
    });
  });

  test("of a resource that breaks the schema is a denial that says why, and harms no other", async () => {
    const authorizer = await authorizerFor(await kinde.createToken(mara));
    const broken = { ...edit.resource, attr: { ...edit.resource.attr, state: "lost" } };
    const [bad, good] = await authorizer.checkAll([{ action: "edit", resource: broken }, edit]);
    expect(bad).toMatchObject({ allowed: false, validationErrors: [{ path: "/state", source: "SOURCE_RESOURCE" }] });
    expect(good).toMatchObject({ allowed: true, validationErrors: [] });
  });
});

describe("what cannot be believed is refused, and nothing is allowed", () => {
  test("a forged token", async () => {
    const genuine = await kinde.createToken({ person: "kp_tomas", organization: "org_aurora" });
    await (await authorizerFor(genuine)).check(edit);
    const [header, payload = "", signature] = genuine.split(".");
    const claims: object = JSON.parse(Buffer.from(payload, "base64url").toString());
    const boast = { ...claims, roles: [{ id: "1", key: "admin", name: "Administrator" }] };
    const forged = [header, Buffer.from(JSON.stringify(boast)).toString("base64url"), signature].join(".");

    const error = await failureOf((await authorizerFor(forged)).check(edit));
    expect(error).toMatchObject({ code: "token_refused" });
    expect(error.message).toContain("JWKS");
    expect(error.message).not.toContain(signature);
  });

  test("an expired token, which is not sent at all", async () => {
    const counted = countedPdp();
    const session = await createSession(await kinde.createToken({ ...mara, lifetime: -60 }));
    const error = await failureOf(createAuthorizer({ pdp: counted, session }).check(edit));
    expect(error).toMatchObject({ code: "session_expired" });
    expect(counted.requests).toBe(0);
  });

  test("an expired token, where this machine's clock is behind: the time of its issue gives that away", async () => {
    const counted = countedPdp();
    const session = await createSession(await kinde.createToken({ ...mara, lifetime: -60 }));
    const authorizer = createAuthorizer({ pdp: counted, session, now: () => 0 });
    expect(await failureOf(authorizer.check(edit))).toMatchObject({ code: "session_expired" });
    expect(counted.requests).toBe(0);
  });

  test("an expired token that this machine takes for fresh: the PDP refuses it", async () => {
    const token = await kinde.createToken({ ...mara, lifetime: -60, claims: { iat: undefined } });
    const authorizer = createAuthorizer({ pdp: countedPdp(), session: await createSession(token), now: () => 0 });
    expect(await failureOf(authorizer.check(edit))).toMatchObject({ code: "token_refused" });
  });

  test("a token of another issuer: the policies deny it", async () => {
    const token = await kinde.createToken({ ...mara, claims: { iss: "https://elsewhere.kinde.com" } });
    expect(await (await authorizerFor(token)).check(edit)).toMatchObject({ allowed: false });
  });

  test("a token without roles, which Kinde leaves out unless asked: it is a member's and no administrator's", async () => {
    const token = await kinde.createToken({ ...mara, claims: { roles: undefined, permissions: [] } });
    const session = await createSession(token);
    expect(session.principal.roles).toEqual(["user"]);
    const published = documents.find(({ orgCode, state }) => orgCode === "org_aurora" && state === "published")!;
    const resource = documentResource(published);
    const [view, remove] = await (
      await authorizerFor(token)
    ).checkAll([
      { action: "view", resource },
      { action: "delete", resource },
    ]);
    expect([view?.allowed, remove?.allowed]).toEqual([true, false]);
  });

  test("a person without an organization", async () => {
    const token = await kinde.createToken({ ...mara, claims: { org_code: undefined } });
    const decisions = await (await authorizerFor(token)).checkAll(checksOf());
    expect(decisions.some(({ allowed }) => allowed)).toBe(false);
  });
});

describe("a PDP that cannot be asked", () => {
  test("is an error while it is down, and no longer when it is back", async () => {
    const authorizer = await authorizerFor(await kinde.createToken(mara));
    await pdp.stop();
    const error = await failureOf(authorizer.check(edit));
    expect(error).toMatchObject({ code: "pdp_unavailable" });
    expect(error.message).toContain("Is it running");
    await pdp.restart();
    expect(await authorizer.check(edit)).toMatchObject({ allowed: true });
  });

  test.each([200, 502])("answers with a page of HTML and status %i", async (status) => {
    const server = createServer((_, response) => {
      response.writeHead(status, { "content-type": "text/html" }).end("<!doctype html><title>Proxy</title>");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address ? address.port : 0;
    const authorizer = await authorizerFor(await kinde.createToken(mara), `http://127.0.0.1:${port}`);
    expect(await failureOf(authorizer.check(edit))).toMatchObject({ code: "pdp_unavailable" });
    server.close();
  });

  test("has limits that are smaller than ours: they are learned, and the option is named", async () => {
    const warnings: string[] = [];
    const token = await kinde.createToken(mara);
    const counted = countedPdp();
    const authorizer = createAuthorizer({
      pdp: counted,
      session: await createSession(token),
      maxResources: 60,
      onWarning: (message) => warnings.push(message),
    });
    const decisions = await authorizer.checkAll(checksOf());
    const allowed = decisions.filter((decision) => decision.allowed);
    expect(new Set(allowed.map(({ resource, action }) => `${resource.id} ${action}`))).toEqual(
      await oracle(pdp.url, token, documents),
    );
    expect(warnings).toEqual([expect.stringContaining("maxResources is 60")]);

    const before = counted.requests;
    await authorizer.checkAll(checksOf());
    expect(counted.requests - before).toBe(Math.ceil(documents.length / 50));
  });

  test("refuses one check of many: it alone fails", async () => {
    const authorizer = await authorizerFor(await kinde.createToken(mara));
    const bad = { action: "edit", resource: { ...edit.resource, policyVersion: "a b!" } };
    const checks: Check[] = checksOf(documents.slice(0, 60));
    checks.splice(33, 0, bad);
    const outcomes = await Promise.allSettled(checks.map((check) => authorizer.check(check)));
    expect(outcomes.map(({ status }) => status).indexOf("rejected")).toBe(33);
    expect(outcomes.filter(({ status }) => status === "rejected")).toHaveLength(1);
    expect(await failureOf(authorizer.check(bad))).toMatchObject({ code: "check_refused" });
  });
});
