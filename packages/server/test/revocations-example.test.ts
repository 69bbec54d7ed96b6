// The recipe for Kinde's webhooks, as docs/gateway.md shows it.
import { createGateway } from "@kinde-cerbos/server";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createRevocations } from "../examples/revocations.ts";
import { allowAll, goodBody } from "./in-memory.ts";
import { API, APP, claims, createKey } from "./keys.ts";
import { serve, type Served } from "./serve.ts";

const key = await createKey("key-1");
const other = await createKey("key-1");
let issuer: Served;
let revocations: ReturnType<typeof createRevocations>;

beforeAll(async () => {
  issuer = await serve((_, response) => response.end(JSON.stringify({ keys: [key.jwk] })));
});
afterAll(() => issuer[Symbol.asyncDispose]());
beforeEach(() => {
  revocations = createRevocations(issuer.url);
});

const send = async (body: string) =>
  (await revocations.webhook(new Request("http://app.test/kinde", { method: "POST", body }))).status;
const event = (type: string, id: string, at = Date.now()) => ({
  type,
  event_id: "event_1",
  timestamp: new Date(at).toISOString(),
  data: { user: { id } },
});

/** What a gateway answers to Alice, whose token was issued so long ago. */
async function statusFor(ageSeconds: number): Promise<number> {
  const now = Math.floor(Date.now() / 1000);
  const token = await key.sign(claims({ iss: issuer.url, iat: now - ageSeconds, exp: now + 3600 }));
  const gateway = createGateway({
    issuer: issuer.url,
    audience: API,
    clientId: APP,
    pdp: "http://pdp.test",
    isRevoked: revocations.isRevoked,
    fetch: async (url, init) =>
      url.startsWith(issuer.url)
        ? fetch(url, init)
        : allowAll(JSON.parse(typeof init.body === "string" ? init.body : "null")),
  });
  const body = JSON.stringify(await goodBody({ auxData: { jwt: { token } } }));
  return (await gateway(new Request("http://gateway.test/api/check/resources", { method: "POST", body }))).status;
}

test.each(["user.deleted", "user.updated"])(
  "%s takes back the tokens from before, and none from after",
  async (type) => {
    expect(await statusFor(60)).toBe(200);
    expect(await send(await key.sign(event(type, "kp_alice", Date.now() - 30_000)))).toBe(200);
    expect(await statusFor(60)).toBe(401);
    expect(await statusFor(10)).toBe(200);
  },
);

test("an event of another user or another kind takes back nothing", async () => {
  expect(await send(await key.sign(event("user.deleted", "kp_bob")))).toBe(200);
  expect(await send(await key.sign(event("user.authenticated", "kp_alice")))).toBe(200);
  expect(await statusFor(60)).toBe(200);
});

test("an event that is sent again brings no earlier time back", async () => {
  const first = await key.sign(event("user.updated", "kp_alice", Date.now() - 50_000));
  for (const body of [first, await key.sign(event("user.updated", "kp_alice", Date.now() - 20_000)), first])
    expect(await send(body)).toBe(200);
  expect(await statusFor(30)).toBe(401);
  expect(await statusFor(10)).toBe(200);
});

test("what Kinde has not signed is refused", async () => {
  const good = event("user.deleted", "kp_alice");
  const [header, , signature] = (await key.sign(event("user.deleted", "kp_bob"))).split(".");
  const forged = `${header}.${Buffer.from(JSON.stringify(good)).toString("base64url")}.${signature}`;
  for (const body of ["", "{}", JSON.stringify(good), forged, await other.sign(good)])
    expect(await send(body)).toBe(401);
  expect(await statusFor(60)).toBe(200);
});

test("an access token is no event", async () => {
  expect(await send(await key.sign(claims({ iss: issuer.url, exp: Math.floor(Date.now() / 1000) + 60 })))).toBe(400);
  expect(await statusFor(60)).toBe(200);
});
