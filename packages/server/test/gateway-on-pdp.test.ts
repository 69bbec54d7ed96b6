// The whole path: a real issuer, a real PDP, the gateway on a real server, and the clients that apps use.
import { HTTP } from "@cerbos/http";
import {
  AuthzError,
  createAuthorizer,
  createSession,
  type PolicyDecisionPoint,
  type SessionSource,
} from "@kinde-cerbos/core";
import { createFetchPdp } from "@kinde-cerbos/core/fetch-pdp";
import { type LocalKinde } from "@kinde-cerbos/local-kinde";
import { createGateway, type GatewayLogLine, type GatewayOptions } from "@kinde-cerbos/server";
import { toNodeListener } from "@kinde-cerbos/server/node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { serve, type Served } from "./serve.ts";
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
let served: Served;
/** What the gateway sent to the PDP, since the test began to look. */
const sent: {
  readonly principal: { readonly id: string };
  readonly auxData?: unknown;
  readonly resources: unknown[];
}[] = [];
const lines: GatewayLogLine[] = [];

const optionsFor = (changes: Partial<GatewayOptions> = {}): GatewayOptions => ({
  issuer: kinde.url,
  audience: AUDIENCE,
  clientId: CLIENT_ID,
  pdp: pdp.url,
  rateLimit: false,
  fetch: (url, init) => {
    if (typeof init.body === "string") sent.push(JSON.parse(init.body));
    return fetch(url, init);
  },
  log: (line) => lines.push(line),
  ...changes,
});

beforeAll(async () => {
  kinde = await startIssuer();
  pdp = await startPdpFor(kinde);
  served = await serve(toNodeListener(createGateway(optionsFor())));
}, 60_000);

afterAll(async () => {
  await served[Symbol.asyncDispose]();
  await pdp.stop();
  await kinde.close();
});

const clients: [name: string, connect: (url: string) => Required<PolicyDecisionPoint>][] = [
  ["@cerbos/http", (url) => new HTTP(url)],
  ["createFetchPdp", (url) => createFetchPdp(url)],
];

const everything = documents.flatMap((document) =>
  ACTIONS.map((action) => ({ action, resource: documentResource(document) })),
);
const edit = { action: "edit", resource: documentResource(documents[0]!) };

/** One POST as it stands. */
const post = (
  body: unknown,
  { url = served.url, path = "check", headers = {} }: { url?: string; path?: string; headers?: HeadersInit } = {},
) =>
  fetch(`${url}/authz/api/${path}/resources`, {
    method: "POST",
    headers,
    body: typeof body === "string" ? body : JSON.stringify(body),
  });

const bodyFor = (token: string, changes: object = {}) => ({
  principal: { id: "kp_mara", roles: ["admin"], attr: { orgCode: "org_aurora", permissions: ["documents:edit"] } },
  resources: [{ actions: ["view", "edit", "delete"], resource: documentResource(documents[0]!) }],
  auxData: { jwt: { token } },
  ...changes,
});

describe.each(clients)("%s, with nothing changed but its address", (_, connect) => {
  test.each([mara, jonas, tomas, { person: "kp_mara", organization: "org_borealis" }])(
    "$person in $organization: decisions are those of the direct way",
    async (who) => {
      const token = await kinde.createToken(who);
      const authorizer = createAuthorizer({ pdp: connect(`${served.url}/authz`), session: await createSession(token) });
      const decisions = await authorizer.checkAll(everything);
      const allowed = decisions.filter((decision) => decision.allowed);
      expect(new Set(allowed.map(({ resource, action }) => `${resource.id} ${action}`))).toEqual(
        await oracle(pdp.url, token, documents),
      );
      expect(allowed.length).toBeGreaterThan(0);
      expect(decisions).toHaveLength(everything.length);
    },
  );

  test("metadata, where it is on, outputs, schema errors and plans are those of the direct way", async () => {
    await using open = await serve(toNodeListener(createGateway(optionsFor({ metadata: true }))));
    const session = await createSession(await kinde.createToken(jonas));
    const asked = async (url: string) => {
      const authorizer = createAuthorizer({ pdp: connect(url), session, includeMetadata: true });
      const broken = { ...edit.resource, attr: { ...edit.resource.attr, state: "lost" } };
      const checks = ["share", "view"].map((action) => ({ action, resource: edit.resource }));
      const decisions = await authorizer.checkAll([...checks, { action: "view", resource: broken }]);
      const plans = await Promise.all(ACTIONS.map((action) => authorizer.plan({ action, kind: "document" })));
      expect(new Set(plans.map(({ kind }) => kind))).toContain("CONDITIONAL");
      // Ids of calls differ, and the PDP orders what has no order as it comes.
      return [...decisions, ...plans].map(({ callId, ...answer }) => [
        /^[0-9A-Z]{26}$/.test(callId),
        JSON.stringify(answer)
          .split(/[[\]{},]/)
          .toSorted(),
      ]);
    };
    expect(await asked(`${open.url}/authz`)).toEqual(await asked(pdp.url));
  });

  test.each<[string, object, string]>([
    ["of another issuer", { claims: { iss: "https://elsewhere.kinde.com" } }, "token_refused"],
    ["for another audience", { claims: { aud: ["https://other.example.com"] } }, "token_refused"],
    ["of another application", { claims: { azp: "other" } }, "token_refused"],
    ["without an end", { claims: { exp: undefined } }, "token_refused"],
  ])("a token %s", async (_name, changes, code) => {
    const token = await kinde.createToken({ ...mara, ...changes });
    const ask = async () =>
      createAuthorizer({ pdp: connect(`${served.url}/authz`), session: await createSession(token) }).check(edit);
    await expect(ask()).rejects.toMatchObject({ code });
  });

  test("a token without an audience, as after Kinde's switchOrg, goes by its application", async () => {
    const session = await createSession(await kinde.createToken({ ...mara, claims: { aud: [] } }));
    const authorizer = createAuthorizer({ pdp: connect(`${served.url}/authz`), session });
    expect(await authorizer.check(edit)).toMatchObject({ allowed: true });
  });

  test("a token that is refused is refreshed once, and the newer one decides", async () => {
    // Expired by the gateway's clock, and not by the page's.
    const old = await kinde.createToken({ ...mara, lifetime: -60, claims: { iat: undefined } });
    const newer = await kinde.createToken(mara);
    let refreshes = 0;
    const source: SessionSource = {
      getToken: () => old,
      refresh: async () => {
        refreshes += 1;
        return newer;
      },
      subscribe: () => () => {},
    };
    const session = await createSession(old);
    const authorizer = createAuthorizer({ pdp: connect(`${served.url}/authz`), session, source, now: () => 0 });
    expect(await authorizer.check(edit)).toMatchObject({ allowed: true });
    expect(refreshes).toBe(1);
  });

  test("nobody signed in is refused, and let through as anonymous where that is wanted", async () => {
    const session = await createSession(null);
    const closed = createAuthorizer({ pdp: connect(`${served.url}/authz`), session });
    await expect(closed.check(edit)).rejects.toMatchObject({ code: "token_refused" });

    await using open = await serve(toNodeListener(createGateway(optionsFor({ anonymous: true }))));
    sent.length = 0;
    expect(await createAuthorizer({ pdp: connect(`${open.url}/authz`), session }).check(edit)).toMatchObject({
      allowed: false,
    });
    expect(sent).toMatchObject([{ principal: { id: "anonymous", roles: ["anonymous"] } }]);
    expect(sent[0]).not.toHaveProperty("auxData");
  });

  test("a bad check of many fails alone, and its neighbours are decided", async () => {
    const token = await kinde.createToken(mara);
    await using strict = await serve(toNodeListener(createGateway(optionsFor({ allow: { document: [...ACTIONS] } }))));
    const authorizer = createAuthorizer({ pdp: connect(`${strict.url}/authz`), session: await createSession(token) });
    const checks = [edit, { action: "view", resource: "secret" }, { ...edit, action: "view" }];
    const outcomes = await Promise.allSettled(checks.map((check) => authorizer.check(check)));
    expect(outcomes).toMatchObject([
      { value: { allowed: true } },
      { status: "rejected", reason: { code: "check_refused" } },
      { value: { allowed: true } },
    ]);
  });

  test("too many resources: the limit is learned, and all are decided", async () => {
    const token = await kinde.createToken(mara);
    await using small = await serve(toNodeListener(createGateway(optionsFor({ limits: { resources: 20 } }))));
    const warnings: string[] = [];
    const authorizer = createAuthorizer({
      pdp: connect(`${small.url}/authz`),
      session: await createSession(token),
      onWarning: (message) => warnings.push(message),
    });
    const decisions = await authorizer.checkAll(
      documents.map((document) => ({ action: "view", resource: documentResource(document) })),
    );
    expect(decisions).toHaveLength(documents.length);
    expect(warnings).toEqual([expect.stringContaining("maxResources is 50")]);
  });

  test("a body that is too large is asked in halves", async () => {
    const token = await kinde.createToken(mara);
    await using small = await serve(toNodeListener(createGateway(optionsFor({ limits: { bodyBytes: 8192 } }))));
    const authorizer = createAuthorizer({ pdp: connect(`${small.url}/authz`), session: await createSession(token) });
    const decisions = await authorizer.checkAll(
      documents.slice(0, 50).map((document) => ({ action: "view", resource: documentResource(document) })),
    );
    expect(decisions.filter(({ allowed }) => allowed)).toHaveLength(50);
  });

  test("a PDP that is down is an error and no decision; so is an issuer without keys", async () => {
    const session = await createSession(await kinde.createToken(mara));
    for (const changes of [{ pdp: "http://127.0.0.1:9" }, { jwksUrl: "http://127.0.0.1:9/keys" }]) {
      await using broken = await serve(toNodeListener(createGateway(optionsFor({ ...changes, fetch }))));
      const authorizer = createAuthorizer({
        pdp: connect(`${broken.url}/authz`),
        session,
        random: () => 0,
        setTimer: quick,
      });
      const error = await authorizer.check(edit).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(AuthzError);
      expect(error).toMatchObject({ code: "pdp_unavailable" });
    }
  });
});

/** Waits between retries take no time; time-outs stay. */
const quick = (task: () => void, ms: number): (() => void) => {
  const timer = setTimeout(task, ms >= 5000 ? ms : 0);
  return () => clearTimeout(timer);
};

describe("what the client says of itself", () => {
  test("is dropped: the PDP hears of the verified user alone", async () => {
    const token = await kinde.createToken(tomas);
    sent.length = 0;
    const response = await post(
      bodyFor(token, {
        principal: {
          id: "kp_mara",
          roles: ["admin", "superuser"],
          attr: { permissions: ["documents:edit"] },
          scope: "x",
          policyVersion: "y",
        },
        auxData: { jwt: { token, keySetId: "other" }, other: true },
      }),
    );
    expect(response.status).toBe(200);
    const { principal } = await createSession(token);
    expect(sent).toEqual([
      {
        principal: JSON.parse(JSON.stringify(principal)),
        auxData: { jwt: { token } },
        resources: [{ actions: ["view", "edit", "delete"], resource: documentResource(documents[0]!) }],
      },
    ]);
    expect(principal.id).toBe("kp_tomas");
  });

  test("the token may be in the header, and in both places if it is the same", async () => {
    const token = await kinde.createToken(mara);
    const headers = { authorization: `Bearer ${token}` };
    for (const body of [bodyFor(token), bodyFor(token, { auxData: undefined })]) {
      const { results } = await (await post(body, { headers })).json();
      expect(results).toMatchObject([{ actions: { edit: "EFFECT_ALLOW" } }]);
    }
  });

  test("two tokens are refused, also two good ones", async () => {
    const [one, two] = [await kinde.createToken(tomas), await kinde.createToken(mara)];
    sent.length = 0;
    const response = await post(bodyFor(one), { headers: { authorization: `Bearer ${two}` } });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ code: 16 });
    expect(sent).toEqual([]);
  });

  test("the server's options make the principal, whatever those of the page have made", async () => {
    const gateway = createGateway(
      optionsFor({
        principal: {
          baseRoles: ["member"],
          scopeFromOrg: (orgCode) => orgCode,
          map: ({ org_code: orgCode }, principal) => ({ ...principal, attr: { from: orgCode ?? "" } }),
        },
      }),
    );
    const client = createFetchPdp("http://gateway/authz", {
      fetch: async (...request) => gateway(new Request(...request)),
    });
    const ofThePage = { baseRoles: ["admin"], scopeFromOrg: () => "org_borealis" };
    const session = await createSession(await kinde.createToken(tomas), { principal: ofThePage });
    sent.length = 0;
    await createAuthorizer({ pdp: client, session }).check(edit);
    // Kinde gives him no role here.
    expect(sent.map(({ principal }) => principal)).toEqual([
      { id: "kp_tomas", roles: ["member"], scope: "org_aurora", attr: { from: "org_aurora" } },
    ]);
  });

  test("attributes of the server stand beside the claims", async () => {
    const gateway = createGateway(optionsFor({ principal: { enrich: async () => ({ entitlements: { seats: 50 } }) } }));
    sent.length = 0;
    const token = await kinde.createToken(mara);
    await gateway(
      new Request("http://gateway/api/check/resources", { method: "POST", body: JSON.stringify(bodyFor(token)) }),
    );
    expect(sent).toMatchObject([
      { principal: { id: "kp_mara", attr: { orgCode: "org_aurora", entitlements: { seats: 50 } } } },
    ]);
  });
});

describe("an answer", () => {
  test("has what the PDP said, to the letter, and who may keep it: nobody", async () => {
    const token = await kinde.createToken(mara);
    await using open = await serve(toNodeListener(createGateway(optionsFor({ metadata: true }))));
    const response = await post(bodyFor(token, { requestId: "mine", includeMeta: true }), { url: open.url });
    const answer = await response.json();
    expect(answer).toMatchObject({
      requestId: "mine",
      results: [{ resource: { id: documents[0]!.id, kind: "document" }, meta: expect.anything() }],
      cerbosCallId: expect.stringMatching(/^[0-9A-Z]{26}$/),
    });
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(response.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
    expect(response.headers.get("access-control-allow-origin")).toBeNull();
  });

  test("has no metadata where it is off, though it is asked for", async () => {
    const { results } = await (await post(bodyFor(await kinde.createToken(mara), { includeMeta: true }))).json();
    expect(results).toMatchObject([{ actions: { view: "EFFECT_ALLOW" } }]);
    expect(results[0]).not.toHaveProperty("meta");
  });

  test("of more resources than the PDP takes is one, in the order asked", async () => {
    const token = await kinde.createToken(mara);
    const asked = [...documents, ...documents.toReversed()].map(documentResource);
    const resources = asked.map((resource) => ({ actions: ["view"], resource }));
    sent.length = 0;
    lines.length = 0;
    const { results, cerbosCallId } = await (await post(bodyFor(token, { resources }))).json();
    expect(results.map((row: { resource: { id: string } }) => row.resource.id)).toEqual(asked.map(({ id }) => id));
    const allowed = await oracle(pdp.url, token, documents);
    expect(results.map((row: { actions: { view: string } }) => row.actions.view === "EFFECT_ALLOW")).toEqual(
      asked.map(({ id }) => allowed.has(`${id} view`)),
    );
    expect(sent).toHaveLength(Math.ceil(asked.length / 50));
    expect(cerbosCallId.split(",")).toHaveLength(sent.length);
    expect(lines).toMatchObject([{ resources: asked.length, status: 200, callIds: cerbosCallId.split(",") }]);
  });

  test("of the PDP's own refusal is the PDP's", async () => {
    const token = await kinde.createToken(mara);
    const resources = [{ actions: ["view", "view"], resource: documentResource(documents[0]!) }];
    const [through, direct] = await Promise.all([
      post(bodyFor(token, { resources })),
      fetch(`${pdp.url}/api/check/resources`, { method: "POST", body: JSON.stringify(bodyFor(token, { resources })) }),
    ]);
    expect(through.status).toBe(direct.status);
    expect(await through.json()).toEqual(await direct.json());
  });
});

describe("a log line", () => {
  test("names the request, the PDP's call and what it cost, and nobody", async () => {
    const token = await kinde.createToken(mara);
    lines.length = 0;
    const response = await post(bodyFor(token));
    const { cerbosCallId } = await response.json();
    expect(lines).toEqual([
      {
        requestId: response.headers.get("x-request-id"),
        path: "check",
        status: 200,
        reason: null,
        ms: expect.any(Number),
        resources: 1,
        callIds: [cerbosCallId],
        pdps: [0],
      },
    ]);
    await post(bodyFor(`${token.slice(0, -4)}AAAA`));
    await post(bodyFor(token), { path: "other" });
    expect(lines.slice(1)).toMatchObject([
      { status: 401, reason: "token_signature" },
      { status: 404, reason: "not_found", path: null },
    ]);
    const text = JSON.stringify(lines);
    for (const secret of [token.slice(-20), "kp_mara", "org_aurora", documents[0]!.id, documents[0]!.title]) {
      expect(text).not.toContain(secret);
    }
  });
});
