// One contract for every client of the PDP: on the same questions, they agree with each other and with what is
// expected here. @cerbos/http and @cerbos/grpc share one @cerbos/core by the versions in the catalog.
import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { createServer, type Server, type Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { cerbosVersion, freePort, isAtLeast, type Pdp, startPdp } from "@kinde-cerbos/cli/internal";
import {
  type Check,
  createAuthorizer,
  createSession,
  matchesPlan,
  type PdpPlanRequest,
  type PdpRequest,
  type PlanQuery,
  type PolicyDecisionPoint,
  type Session,
} from "@kinde-cerbos/core";
import { withPolicyWarnings } from "@kinde-cerbos/core/internal";
import { type LocalKinde, startLocalKinde } from "@kinde-cerbos/local-kinde";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { documentResource, documents } from "../data/documents.ts";
import { CLIENT_ID, kindeConfig } from "../stack/kinde-config.ts";
import {
  CLIENT_NAMES,
  comparable,
  connect,
  failureOf,
  type PdpClients,
  refusalOf,
  textOf,
  unordered,
} from "./pdp-clients.ts";

let kinde: LocalKinde;
let pdp: Pdp;
let clients: PdpClients;
/** An editor, for whom external sharing is switched on. */
let jonas: Session;
/** An administrator. */
let mara: Session;

beforeAll(async () => {
  kinde = await startLocalKinde({ config: await kindeConfig("http://localhost:5173") });
  const grpcPort = await freePort();
  pdp = await startPdp({
    policies: fileURLToPath(new URL("../policies", import.meta.url)),
    jwksUrl: `${kinde.url}/.well-known/jwks`,
    globals: { issuer: kinde.url, clientId: CLIENT_ID },
    grpcPort,
  });
  clients = connect({ port: pdp.port, grpcPort });
  jonas = await createSession(await kinde.createToken({ person: "kp_jonas", organization: "org_aurora" }));
  mara = await createSession(await kinde.createToken({ person: "kp_mara", organization: "org_aurora" }));
}, 60_000);

afterAll(async () => {
  clients.close();
  await pdp.stop();
  await kinde.close();
});

/** The same of every client; fails where they do not agree. */
async function agreed<Outcome>(
  ask: (pdp: Required<PolicyDecisionPoint>) => Promise<Outcome>,
  of = clients,
): Promise<Outcome> {
  const [first, ...others] = await Promise.all(
    of.names.map(async (name) => ({ name, outcome: await ask(of.named(name)) })),
  );
  for (const other of others) expect(other.outcome, `${other.name} and ${first?.name}`).toEqual(first?.outcome);
  return first!.outcome;
}

const aurora = documents.filter(({ orgCode }) => orgCode === "org_aurora");
const published = documentResource(
  aurora.find(({ state, ownerId }) => state === "published" && ownerId !== "kp_jonas")!,
);
const draft = documentResource(aurora.find(({ state, ownerId }) => state === "draft" && ownerId !== "kp_jonas")!);
const lost = { ...published, attr: { ...published.attr, state: "lost" } };

/** What all clients decide. */
const decided = (session: Session, checks: readonly Check[], includeMetadata = true) =>
  agreed(async (client) => {
    const decisions = await createAuthorizer({ pdp: client, session, includeMetadata }).checkAll(checks);
    return decisions.map(comparable);
  });

/** A request as it stands, for what authorizers never send. */
const requestOf = (session: Session, changes: Partial<PdpRequest> = {}): PdpRequest => ({
  principal: session.principal,
  resources: [{ resource: published, actions: ["view"] }],
  auxData: { jwt: { token: session.token ?? "" } },
  ...changes,
});

const entries = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ resource: { ...published, id: `${index}` }, actions: ["view"] }));

const withToken = (token: string, keySetId?: string) =>
  requestOf(jonas, { auxData: { jwt: { token, ...(keySetId !== undefined && { keySetId }) } } });

/** The token with the roles of an administrator, and the signature that it had. */
const tampered = (token = "") => {
  const [header, payload = "", signature] = token.split(".");
  const claims: object = JSON.parse(Buffer.from(payload, "base64url").toString());
  const boast = JSON.stringify({ ...claims, roles: [{ id: "1", key: "admin", name: "Administrator" }] });
  return [header, Buffer.from(boast).toString("base64url"), signature].join(".");
};

const expired = () => kinde.createToken({ person: "kp_jonas", organization: "org_aurora", lifetime: -60 });

/** What all clients plan, as plain data. */
const planned = (session: Session, kind: string, actions: string[], attr: PdpPlanRequest["resource"]["attr"] = {}) =>
  agreed(async (client) => {
    const request: PdpPlanRequest = {
      principal: session.principal,
      resource: { kind, attr },
      actions,
      auxData: { jwt: { token: session.token ?? "" } },
      includeMetadata: true,
    };
    const answer = await client.planResources(request, { signal: new AbortController().signal });
    // As plain JSON: Cerbos' clients make objects of classes of their own.
    const { cerbosCallId, requestId: _, condition, metadata, ...plan } = JSON.parse(JSON.stringify(answer));
    const { conditionString, matchedScopes = {} } = metadata;
    expect(cerbosCallId).toMatch(/^[0-9A-Z]{26}$/);
    if (condition === undefined) return { ...plan, conditionString, matchedScopes };
    // The PDP writes the same tree as text.
    expect(textOf(condition)).toBe(conditionString);
    return { ...plan, condition: textOf(unordered(condition)), matchedScopes };
  });

describe("decisions", () => {
  const noMatch = {
    allowed: false,
    metadata: { matchedPolicy: "NO_MATCH", matchedScope: "", effectiveDerivedRoles: [] },
  };

  test.each<[string, Check, object]>([
    [
      "an allowance, with its policy and derived roles",
      { action: "view", resource: published },
      {
        allowed: true,
        action: "view",
        resource: { kind: "document", id: published.id },
        hasCallId: true,
        outputs: [],
        validationErrors: [],
        metadata: {
          matchedPolicy: "resource.document.vdefault",
          matchedScope: "",
          effectiveDerivedRoles: ["document_editor", "external_sharer", "kinde_org_member"],
        },
      },
    ],
    ["a denial", { action: "delete", resource: published }, { allowed: false, validationErrors: [] }],
    [
      "an output",
      { action: "share", resource: published },
      {
        allowed: false,
        outputs: [
          {
            source: "resource.document.vdefault#external-sharers-share-what-is-published",
            value: "Only its owner or an administrator can share it.",
          },
        ],
      },
    ],
    [
      "attributes that break the schema",
      { action: "view", resource: lost },
      {
        allowed: false,
        validationErrors: [{ path: "/state", source: "SOURCE_RESOURCE", message: expect.any(String) }],
      },
    ],
    [
      "no attributes at all",
      { action: "view", resource: { ...published, attr: {} } },
      { allowed: false, validationErrors: [{ path: "/", source: "SOURCE_RESOURCE", message: expect.any(String) }] },
    ],
    [
      "attributes that no schema knows, of every JSON type",
      {
        action: "view",
        resource: {
          kind: "anything",
          id: "1",
          attr: JSON.parse('{"n":-0.5,"t":true,"z":null,"l":[1,[]],"o":{"":{}},"__proto__":{"a":1}}'),
        },
      },
      noMatch,
    ],
    ["a kind that no policy knows", { action: "view", resource: "nothing" }, noMatch],
    [
      "an action that no rule names, as one whose rules do not apply to the user",
      { action: "fly", resource: published },
      {
        allowed: false,
        metadata: expect.objectContaining({ matchedPolicy: "resource.document.vdefault", matchedScope: "" }),
      },
    ],
    ["a version that no policy has", { action: "view", resource: { ...published, policyVersion: "9" } }, noMatch],
    ["a scope that no policy has", { action: "view", resource: { ...published, scope: "acme.eu" } }, noMatch],
    [
      "an id in any script",
      { action: "view", resource: { ...published, id: "é 文書/?#&%20\u0000\u2028😀" } },
      { allowed: true, resource: { kind: "document", id: "é 文書/?#&%20\u0000\u2028😀" } },
    ],
    ["an action with the name of an object's own", { action: "constructor", resource: published }, { allowed: false }],
    ["an action with the name of every object's own", { action: "__proto__", resource: published }, { allowed: false }],
  ])("of %s", async (_, check, expected) => {
    expect(await decided(jonas, [check])).toEqual([expect.objectContaining(expected)]);
  });

  test("of one id with two sets of attributes are in their places", async () => {
    const asOwner = { ...draft, attr: { ...draft.attr, orgCode: "org_elsewhere" } };
    const decisions = await decided(jonas, [
      { action: "view", resource: draft },
      { action: "view", resource: asOwner },
      { action: "view", resource: draft },
    ]);
    expect(decisions).toMatchObject([{ allowed: true }, { allowed: false }, { allowed: true }]);
  });

  test("of more resources than a request takes", async () => {
    const decisions = await decided(
      mara,
      documents.map((document) => ({ action: "view", resource: documentResource(document) })),
    );
    expect(decisions.filter((decision) => "allowed" in decision && decision.allowed)).toHaveLength(aurora.length);
  });

  test("have no metadata where none was asked for", async () => {
    expect(await decided(jonas, [{ action: "view", resource: published }], false)).not.toHaveProperty("0.metadata");
  });

  test("are warned of in development if no policy matched or a schema is broken, and not for another reason", async () => {
    const warnings: string[] = [];
    for (const name of clients.names) {
      const client = withPolicyWarnings(clients.named(name), (message) => warnings.push(message));
      const authorizer = createAuthorizer({ pdp: client, session: jonas });
      const decisions = await authorizer.checkAll([
        { action: "view", resource: { ...published, kind: `documnet of ${name}` } },
        { action: "delete", resource: published },
        { action: "fly", resource: published },
        { action: "view", resource: lost },
        { action: "view", resource: published },
      ]);
      expect(decisions.map(({ allowed }) => allowed)).toEqual([false, false, false, false, true]);
      expect(decisions.filter(({ metadata }) => metadata)).toEqual([]);
    }
    expect(
      warnings.filter((text) => text.includes("NO_MATCH")).map((text) => /on kind "([^"]*)"/.exec(text)?.[1]),
    ).toEqual(clients.names.map((name) => `documnet of ${name}`));
    const others = warnings.filter((text) => !text.includes("NO_MATCH"));
    expect(others).toEqual([
      expect.stringMatching(/denied "view" on kind "document".*: \/state of the resource \(value must be one of/),
    ]);
  });

  test("for nobody are denials", async () => {
    const nobody = await createSession(null);
    expect(await decided(nobody, [{ action: "view", resource: published }])).toMatchObject([{ allowed: false }]);
  });
});

describe("an output whose expression fails", () => {
  const check: Check = { action: "view", resource: { kind: "receipt", id: "1", attr: { net: 1 } } };
  const output = { source: "resource.receipt.vdefault#total", value: undefined };

  test("has no value, and a reason for those clients that carry it, from Cerbos 0.54 on", async () => {
    const grpcPort = await freePort();
    const other = await startPdp({
      policies: fileURLToPath(new URL("output-policies", import.meta.url)),
      jwksUrl: `${kinde.url}/.well-known/jwks`,
      globals: { issuer: kinde.url, clientId: CLIENT_ID },
      grpcPort,
    });
    const connected = connect({ port: other.port, grpcPort });
    try {
      const outputs: Record<string, unknown> = {};
      for (const name of CLIENT_NAMES) {
        const authorizer = createAuthorizer({ pdp: connected.named(name), session: jonas });
        const decision = await authorizer.check(check);
        expect(decision.allowed).toBe(true);
        outputs[name] = decision.outputs;
      }
      // A client of Cerbos that carries it fails here: then the docs on decisions can say so.
      expect(outputs["@cerbos/http"]).toStrictEqual([output]);
      expect(outputs["@cerbos/grpc"]).toStrictEqual([output]);
      const isTold = isAtLeast("0.54.0", cerbosVersion());
      expect(outputs["createFetchPdp"]).toStrictEqual([isTold ? { ...output, error: "no such key: tax" } : output]);
    } finally {
      connected.close();
      await other.stop();
    }
  }, 60_000);
});

describe("refusals", () => {
  test.each<[string, () => PdpRequest | PdpPlanRequest | Promise<PdpRequest | PdpPlanRequest>, string, string]>([
    ["an expired token", async () => withToken(await expired()), "token_refused", "invalid auxData"],
    ["a tampered token", () => withToken(tampered(jonas.token ?? "")), "token_refused", "invalid auxData"],
    ["a token that is none", () => withToken("none"), "token_refused", "invalid auxData"],
    ["an empty token", () => withToken(""), "token_refused", "aux_data.jwt.token: value is required"],
    ["a key set that is not there", () => withToken(jonas.token ?? "", "other"), "token_refused", "invalid auxData"],
    [
      "51 resources",
      () => requestOf(jonas, { resources: entries(51) }),
      "check_refused",
      "(51) exceeds configured limit (50)",
    ],
    [
      "51 actions",
      () =>
        requestOf(jonas, {
          resources: [{ resource: published, actions: Array.from({ length: 51 }, (_, n) => `a${n}`) }],
        }),
      "check_refused",
      "number of actions (51) exceeds configured limit (50)",
    ],
    [
      "an empty id",
      () => requestOf(jonas, { resources: [{ resource: { ...published, id: "" }, actions: ["view"] }] }),
      "check_refused",
      "resources[0].resource.id: value is required",
    ],
    [
      "an action twice",
      () => requestOf(jonas, { resources: [{ resource: published, actions: ["view", "view"] }] }),
      "check_refused",
      "unique",
    ],
    [
      "no actions",
      () => requestOf(jonas, { resources: [{ resource: published, actions: [] }] }),
      "check_refused",
      "actions: value is required",
    ],
    ["no resources", () => requestOf(jonas, { resources: [] }), "check_refused", "resources: value is required"],
    [
      "no roles",
      () => requestOf(jonas, { principal: { ...jonas.principal, roles: [] } }),
      "request_refused",
      "principal.roles: value is required",
    ],
    [
      "more than 4 MiB",
      () =>
        requestOf(jonas, {
          resources: [
            { resource: { ...published, attr: { ...published.attr, title: "x".repeat(2 ** 22) } }, actions: ["view"] },
          ],
        }),
      "check_refused",
      "larger than max",
    ],
    [
      "a plan for an expired token",
      async () => ({
        principal: jonas.principal,
        resource: { kind: "document" },
        actions: ["view"],
        auxData: { jwt: { token: await expired() } },
      }),
      "token_refused",
      "invalid auxData",
    ],
    [
      "a plan of no actions",
      () => ({ principal: jonas.principal, resource: { kind: "document" }, actions: [] }),
      "check_refused",
      "must be set",
    ],
    [
      "a plan of no kind",
      () => ({ principal: jonas.principal, resource: { kind: "" }, actions: ["view"] }),
      "check_refused",
      "resource.kind: value is required",
    ],
  ])("of %s", async (_, make, code, text) => {
    const asked = await make();
    const messages: string[] = [];
    const refusal = await agreed(async (client) => {
      const { code: found, message } = await refusalOf(client, jonas, asked);
      messages.push(message);
      return found;
    });
    expect(refusal).toBe(code);
    // In the PDP's own words, with nothing of the token in them.
    for (const message of messages) {
      expect(message).toContain(text);
      expect(message).not.toMatch(/eyJ|\w{40}/);
    }
  });
});

test("the clients of Cerbos share one @cerbos/core", async () => {
  const options = { signal: new AbortController().signal };
  const asked = (["@cerbos/http", "@cerbos/grpc"] as const).map((name) =>
    clients.named(name).checkResources(requestOf(jonas, { resources: [] }), options),
  );
  const classes = (await Promise.allSettled(asked)).map(
    (outcome) => outcome.status === "rejected" && outcome.reason.constructor,
  );
  expect(classes[0]).toHaveProperty("name", "NotOK");
  expect(classes[1]).toBe(classes[0]);
});

describe("plans", () => {
  test("that always allow", async () => {
    expect(await planned(mara, "document", ["view"], { orgCode: "org_aurora" })).toEqual({
      kind: "KIND_ALWAYS_ALLOWED",
      validationErrors: [],
      conditionString: "(true)",
      matchedScopes: { view: "" },
    });
  });

  test.each([
    ["an action that no policy knows", "document", "fly"],
    ["a kind that no policy knows", "nothing", "view"],
  ])("that always deny %s", async (_, kind, action) => {
    expect(await planned(mara, kind, [action])).toMatchObject({
      kind: "KIND_ALWAYS_DENIED",
      conditionString: "NO_MATCH",
    });
  });

  test("that deny attributes which break the schema, and say so", async () => {
    expect(await planned(jonas, "document", ["share"], { state: "lost" })).toMatchObject({
      kind: "KIND_ALWAYS_DENIED",
      validationErrors: [{ path: "/state", source: "SOURCE_RESOURCE", message: expect.any(String) }],
    });
  });

  test("with a condition", async () => {
    const inOrg = '(eq "org_aurora" request.resource.attr.orgCode)';
    const isOwner = '(eq "kp_mara" request.resource.attr.ownerId)';
    const isOpen = '(in request.resource.attr.state ["draft","in_review"])';
    expect(await planned(mara, "document", ["edit"])).toEqual({
      kind: "KIND_CONDITIONAL",
      condition: `(or (and ${isOwner} ${inOrg} ${isOpen}) (and ${inOrg} ${isOpen}))`,
      validationErrors: [],
      matchedScopes: { edit: "" },
    });
  });

  test.each([[["view", "edit"]], [["publish", "delete"]]])(
    "with a condition for several actions, %j",
    async (actions) => {
      expect(await planned(mara, "document", actions)).toMatchObject({
        kind: "KIND_CONDITIONAL",
        condition: expect.stringMatching(/^\(and /),
        matchedScopes: Object.fromEntries(actions.map((action) => [action, ""])),
      });
    },
  );
});

/** What all authorizers plan, whatever their client. */
const plannedBy = (query: PlanQuery, includeMetadata = true) =>
  agreed(async (client) => {
    const { callId, ...plan } = await createAuthorizer({ pdp: client, session: jonas, includeMetadata }).plan(query);
    expect(callId).toMatch(/^[0-9A-Z]{26}$/);
    expect(JSON.parse(JSON.stringify(plan))).toStrictEqual(plan);
    return plan;
  });

describe("plans of an authorizer", () => {
  test("say that no policy knows the action", async () => {
    expect(await plannedBy({ kind: "document", action: "fly" })).toStrictEqual({
      kind: "ALWAYS_DENIED",
      actions: ["fly"],
      resourceKind: "document",
      attr: {},
      validationErrors: [],
      metadata: { conditionString: "NO_MATCH", matchedScopes: { fly: "" } },
    });
  });

  test("say what is wrong with attributes, without metadata, too", async () => {
    expect(await plannedBy({ kind: "document", action: "share", attr: { state: "lost" } }, false)).toStrictEqual({
      kind: "ALWAYS_DENIED",
      actions: ["share"],
      resourceKind: "document",
      attr: { state: "lost" },
      validationErrors: [{ path: "/state", source: "SOURCE_RESOURCE", message: expect.any(String) }],
    });
  });

  test("of several actions are for what all of them are allowed on", async () => {
    const authorizer = createAuthorizer({ pdp: clients.named("createFetchPdp"), session: mara, includeMetadata: true });
    const actions = ["publish", "delete", "publish"];
    const plan = await authorizer.plan({ kind: "document", actions });
    expect(plan).toMatchObject({
      kind: "CONDITIONAL",
      actions: ["delete", "publish"],
      metadata: { matchedScopes: { delete: "", publish: "" } },
    });
    const verdicts = new Set<boolean>();
    for (const resource of documents.map(documentResource)) {
      const decisions = await authorizer.checkAll(actions.map((action) => ({ action, resource })));
      const all = decisions.every(({ allowed }) => allowed);
      expect({ id: resource.id, said: matchesPlan(plan, resource) }).toEqual({ id: resource.id, said: all });
      verdicts.add(all);
    }
    expect(verdicts.size).toBe(2);
  });
});

describe("without an answer", () => {
  const check: Check = { action: "view", resource: published };

  test("because nothing listens, the PDP is unavailable", async () => {
    const down = connect({ port: await freePort(), grpcPort: await freePort() });
    try {
      // Retries at once: without chance there is no wait.
      const code = await agreed(async (client) => {
        const authorizer = createAuthorizer({ pdp: client, session: jonas, random: () => 0 });
        return (await failureOf(authorizer.check(check))).code;
      }, down);
      expect(code).toBe("pdp_unavailable");
    } finally {
      down.close();
    }
  });

  test.each(CLIENT_NAMES)(
    "a check that was aborted is not sent, and one that is aborted ends the request of %s",
    async (name) => {
      const silent = await listenInSilence();
      const waiting = connect({ port: silent.port, grpcPort: silent.port });
      try {
        const { sent, ...port } = watched(waiting.named(name));
        const authorizer = createAuthorizer({ pdp: port, session: jonas });
        expect((await failureOf(authorizer.check(check, { signal: AbortSignal.abort() }))).code).toBe("aborted");
        expect(sent).toHaveLength(0);

        const controller = new AbortController();
        const connected = silent.nextConnection();
        const asked = failureOf(authorizer.check(check, { signal: controller.signal }));
        await connected;
        controller.abort();
        expect((await asked).code).toBe("aborted");
        // The client has let go of it as well, and not only the authorizer.
        expect(sent).toHaveLength(1);
        await expect(sent[0]).rejects.toBeDefined();
      } finally {
        waiting.close();
        await silent.close();
      }
    },
  );

  test.each(CLIENT_NAMES)("a request with an aborted signal is none to %s", async (name) => {
    const asked = clients.named(name).checkResources(requestOf(jonas), { signal: AbortSignal.abort() });
    await expect(asked).rejects.toBeDefined();
  });
});

describe("what only REST has", () => {
  test.each([
    [200, "<!doctype html>", "pdp_unavailable"],
    [200, '{"results":', "pdp_unavailable"],
    [200, "{}", "malformed_response"],
    [500, "{}", "pdp_unavailable"],
    [502, "<!doctype html>", "pdp_unavailable"],
    [503, '{"code":14,"message":"unavailable"}', "pdp_unavailable"],
    [504, '{"code":4,"message":"deadline exceeded"}', "timeout"],
    [400, '{"code":3,"message":"invalid auxData"}', "token_refused"],
    [401, '{"code":16,"message":"unauthenticated"}', "token_refused"],
    [403, '{"code":7,"message":"permission denied"}', "request_refused"],
    [404, '{"code":5,"message":"Not Found"}', "request_refused"],
    [501, '{"code":12,"message":"Method Not Allowed"}', "request_refused"],
  ])("%i with %s is %s", async (status, body, code) => {
    const server = createHttpServer((_, response) => response.writeHead(status).end(body));
    const port = await listen(server);
    const rest = connect({ port, grpcPort: port });
    try {
      const both = { ...rest, names: rest.names.filter((name) => name !== "@cerbos/grpc") };
      const found = await agreed(async (client) => {
        const authorizer = createAuthorizer({ pdp: client, session: jonas, random: () => 0 });
        return (await failureOf(authorizer.check({ action: "view", resource: published }))).code;
      }, both);
      expect(found).toBe(code);
    } finally {
      rest.close();
      server.closeAllConnections();
      server.close();
    }
  });
});

/** The same client, with what it was asked for. */
function watched(client: PolicyDecisionPoint): PolicyDecisionPoint & { readonly sent: readonly Promise<unknown>[] } {
  const sent: Promise<unknown>[] = [];
  return {
    sent,
    checkResources: (request, options) => {
      const answer = client.checkResources(request, options);
      sent.push(answer);
      return answer;
    },
  };
}

/** A server that takes connections and says nothing. */
async function listenInSilence() {
  const server = createServer();
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
  });
  const port = await listen(server);
  return {
    port,
    nextConnection: () => once(server, "connection"),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return typeof address === "object" && address ? address.port : 0;
}
