// Kinde's webhooks take tokens back at the gateway at once, as docs/guides/gateway.md shows it.
import { createEvents, createGateway, createKindeWebhook, type Events } from "@kinde-cerbos/server";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { allowAll, goodBody } from "../in-memory.ts";
import { API, APP, claims, createKey, ISSUER, type Key, serveKeys } from "../keys.ts";

let key: Key;
beforeAll(async () => {
  key = await createKey("key-1");
});

let events: Events;
let webhook: (request: Request) => Promise<Response>;
beforeEach(() => {
  events = createEvents();
  webhook = createKindeWebhook({ issuer: ISSUER, events, fetch: serveKeys(key).fetch });
});
afterEach(() => events.close());

/** Kinde says that something happened, so many seconds ago. */
async function report(type: string, data: object, secondsAgo = 30): Promise<number> {
  const timestamp = new Date(Date.now() - secondsAgo * 1000).toISOString();
  const body = await key.sign({ type, event_id: crypto.randomUUID(), timestamp, data });
  return (await webhook(new Request("http://app.test/kinde", { method: "POST", body }))).status;
}

/** What a gateway answers to Alice, whose token was issued so long ago. */
async function statusFor(ageSeconds: number): Promise<number> {
  const now = Math.floor(Date.now() / 1000);
  const token = await key.sign(claims({ iat: now - ageSeconds, exp: now + 3600 }));
  const keys = serveKeys(key);
  const gateway = createGateway({
    issuer: ISSUER,
    audience: API,
    clientId: APP,
    pdp: "http://pdp.test",
    isRevoked: events.isRevoked,
    fetch: async (url, init) =>
      url.startsWith(ISSUER)
        ? keys.fetch(url)
        : allowAll(JSON.parse(typeof init.body === "string" ? init.body : "null")),
  });
  const body = JSON.stringify(await goodBody({ auxData: { jwt: { token } } }));
  return (await gateway(new Request("http://gateway.test/api/check/resources", { method: "POST", body }))).status;
}

test.each(["user.deleted", "user.updated"])(
  "%s takes back the tokens from before, and none from after",
  async (type) => {
    expect(await statusFor(60)).toBe(200);
    expect(await report(type, { user: { id: "kp_alice" } })).toBe(200);
    expect(await statusFor(60)).toBe(401);
    expect(await statusFor(10)).toBe(200);
  },
);

test("what concerns everybody, or her organization, takes hers back too", async () => {
  expect(await report("role.updated", { role: { key: "admin" } })).toBe(200);
  expect(await statusFor(60)).toBe(401);
  events.close();
  events = createEvents();
  expect(await statusFor(60)).toBe(200);
  webhook = createKindeWebhook({ issuer: ISSUER, events, fetch: serveKeys(key).fetch });
  expect(await report("organization.updated", { organization: { code: "org_acme" } })).toBe(200);
  expect(await statusFor(60)).toBe(401);
});

test("an event of another user, organization or kind takes back nothing", async () => {
  expect(await report("user.deleted", { user: { id: "kp_bob" } })).toBe(200);
  expect(await report("organization.updated", { organization: { code: "org_other" } })).toBe(200);
  expect(await report("user.authenticated", { user: { id: "kp_alice" } })).toBe(200);
  expect(await statusFor(60)).toBe(200);
});

test("an earlier event that comes later brings no earlier time back", async () => {
  for (const secondsAgo of [50, 20, 45])
    expect(await report("user.updated", { user: { id: "kp_alice" } }, secondsAgo)).toBe(200);
  expect(await statusFor(30)).toBe(401);
  expect(await statusFor(10)).toBe(200);
});

test("what Kinde has not signed takes back nothing", async () => {
  const other = await createKey("key-1");
  const event = {
    type: "user.deleted",
    event_id: "1",
    timestamp: new Date().toISOString(),
    data: { user: { id: "kp_alice" } },
  };
  for (const body of [JSON.stringify(event), await other.sign(event)])
    expect((await webhook(new Request("http://app.test/kinde", { method: "POST", body }))).status).toBe(401);
  expect(await statusFor(60)).toBe(200);
});
