// Who was allowed what: the gateway and the enforcer on a real PDP.
import { createFetchPdp } from "@kinde-cerbos/core/fetch-pdp";
import { type LocalKinde } from "@kinde-cerbos/local-kinde";
import { type AuditEntry, createEnforcer, createGateway, type GatewayOptions } from "@kinde-cerbos/server";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { inMemory } from "./in-memory.ts";
import { AUDIENCE, CLIENT_ID, jonas, type Pdp, startIssuer, startPdpFor } from "./stack.ts";

let kinde: LocalKinde;
let pdp: Pdp;
let token: string;
let entries: AuditEntry[];
const audit = (of: readonly AuditEntry[]): unknown => entries.push(...of);

beforeAll(async () => {
  kinde = await startIssuer();
  pdp = await startPdpFor(kinde);
  token = await kinde.createToken(jonas);
});
beforeEach(() => {
  entries = [];
});
afterAll(async () => {
  await pdp.stop();
  await kinde.close();
});

const options = () => ({ issuer: kinde.url, audience: AUDIENCE, clientId: CLIENT_ID, pdp: pdp.url });
const attr = {
  orgCode: "org_aurora",
  ownerId: "kp_jonas",
  department: "product",
  state: "draft",
  title: "A secret title",
};
const resources = [
  { actions: ["view", "__proto__"], resource: { kind: "document", id: "1", attr } },
  { actions: ["view"], resource: { kind: "planet", id: "2" } },
];

/** The PDP writes derived roles in any order. */
const inOrder = (body: object): unknown =>
  JSON.parse(JSON.stringify(body), (name, value: unknown) =>
    name === "effectiveDerivedRoles" && Array.isArray(value) ? value.map(String).toSorted() : value,
  );

async function answerOf(changes: Partial<GatewayOptions>, path: string, body: object) {
  const gateway = createGateway({ ...options(), audit, ...changes });
  const init = { method: "POST", body: JSON.stringify({ ...body, auxData: { jwt: { token } } }) };
  const response = await gateway(new Request(`http://gateway.test/api/${path}/resources`, init));
  const answer = await response.json();
  // The PDP has them in any order.
  for (const { meta } of answer.results ?? []) meta?.effectiveDerivedRoles?.sort();
  return { requestId: response.headers.get("x-request-id"), body: answer };
}

describe("the gateway", () => {
  test("has one entry for each action, with the policy that decided, and nothing else", async () => {
    const { requestId, body } = await answerOf({}, "check", { resources });
    const common = { requestId, subject: "kp_jonas", organization: "org_aurora", callId: body.cerbosCallId };
    const ofDocument = { ...common, kind: "document", id: "1", matchedPolicy: "resource.document.vdefault" };
    expect(entries).toStrictEqual([
      { ...ofDocument, action: "view", effect: "EFFECT_ALLOW" },
      { ...ofDocument, action: "__proto__", effect: "EFFECT_DENY" },
      { ...common, kind: "planet", id: "2", action: "view", effect: "EFFECT_DENY", matchedPolicy: "NO_MATCH" },
    ]);
    expect(JSON.stringify(entries)).not.toMatch(/secret|product|eyJ|@/);
  });

  test.each([
    [{}, { includeMeta: true }, false],
    [{ metadata: true }, {}, false],
    [{ metadata: true }, { includeMeta: true }, true],
  ])("with %j, a client that sends %j has metadata: %s", async (changes, asked, hasMetadata) => {
    const audited = await answerOf(changes, "check", { resources, ...asked });
    const plain = await answerOf({ ...changes, audit: undefined }, "check", { resources, ...asked });
    const answered = { ...audited.body, cerbosCallId: plain.body.cerbosCallId };
    expect(inOrder(answered)).toEqual(inOrder(plain.body));
    expect("meta" in audited.body.results[0]).toBe(hasMetadata);
    expect(entries[0]).toMatchObject({ matchedPolicy: "resource.document.vdefault" });
  });

  test("has the call id of each part of a large request", async () => {
    const { body } = await answerOf({ pdpResources: 1 }, "check", { resources });
    const ids: string[] = body.cerbosCallId.split(",");
    expect(new Set(ids).size).toBe(2);
    expect(entries.map(({ callId }) => callId)).toEqual([ids[0], ids[0], ids[1]]);
  });

  test("has one entry for each action of a plan", async () => {
    await answerOf({}, "plan", { actions: ["view", "edit"], resource: { kind: "document" } });
    expect(entries).toMatchObject(
      ["view", "edit"].map((action) => ({
        kind: "document",
        id: null,
        action,
        effect: "KIND_CONDITIONAL",
        matchedPolicy: null,
      })),
    );
  });

  test("has nothing of what was refused, by the gateway or by the PDP", async () => {
    await answerOf({}, "check", { resources: [] });
    await answerOf({}, "check", {
      resources: [{ actions: ["view", "view"], resource: { kind: "document", id: "1" } }],
    });
    expect(entries).toEqual([]);
  });

  test.each<[string, () => unknown]>([
    [
      "throws",
      () => {
        throw new Error("disk full");
      },
    ],
    ["rejects", () => Promise.reject(new Error("disk full"))],
    ["never ends", () => new Promise(() => {})],
  ])("answers as ever when audit %s", async (_, failing) => {
    expect((await inMemory({ audit: failing }).post()).status).toBe(200);
  });

  test("names nobody for an anonymous request", async () => {
    const world = inMemory({ audit, anonymous: true });
    await world.post({ resources });
    expect(entries[0]).toMatchObject({ subject: null, organization: null, callId: "call", matchedPolicy: null });
  });
});

describe("the enforcer", () => {
  test("has an entry for each decision, allowed or not, also for one that is used again", async () => {
    const { authorize, requireAllowed } = createEnforcer({ ...options(), audit, cache: { maxAgeMs: 60_000 } });
    const request = { headers: new Headers({ authorization: `Bearer ${token}` }) };
    const view = { action: "view", resource: { kind: "document", id: "1", attr } };
    await requireAllowed(request, view);
    await authorize(request, [view, { action: "fly", resource: { kind: "document", id: "1", attr } }]);
    const common = {
      requestId: null,
      subject: "kp_jonas",
      organization: "org_aurora",
      kind: "document",
      id: "1",
      matchedPolicy: "resource.document.vdefault",
      callId: expect.any(String),
    };
    const allowed = { ...common, action: "view", effect: "EFFECT_ALLOW" };
    expect(entries).toStrictEqual([allowed, allowed, { ...common, action: "fly", effect: "EFFECT_DENY" }]);
  });

  test("has one entry for each action of a plan", async () => {
    const { plan } = createEnforcer({ ...options(), audit });
    const request = { headers: new Headers({ authorization: `Bearer ${token}` }) };
    const { callId } = await plan(request, {
      actions: ["view", "edit"],
      kind: "document",
      attr: { title: "A secret title" },
    });
    const common = {
      requestId: null,
      subject: "kp_jonas",
      organization: "org_aurora",
      kind: "document",
      id: null,
      effect: "KIND_CONDITIONAL",
      matchedPolicy: null,
      callId,
    };
    expect(entries).toStrictEqual([
      { ...common, action: "edit" },
      { ...common, action: "view" },
    ]);
  });

  test("has it with a client of the PDP, too", async () => {
    const { authorize } = createEnforcer({ ...options(), pdp: createFetchPdp(pdp.url), audit });
    await authorize(
      { headers: new Headers({ authorization: `Bearer ${token}` }) },
      { action: "view", resource: { kind: "document", id: "1", attr } },
    );
    expect(entries).toMatchObject([{ effect: "EFFECT_ALLOW", matchedPolicy: "resource.document.vdefault" }]);
  });
});

test.each([createGateway, createEnforcer])("%o does not start with an audit that is no function", (create) => {
  expect(() => create({ ...options(), audit: JSON.parse('"console"') })).toThrow(
    expect.objectContaining({ code: "invalid_option" }),
  );
});
