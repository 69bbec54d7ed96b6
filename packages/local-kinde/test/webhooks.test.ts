// The events that a change of the config sends, as a webhook gets them.
import { decodeWebhook } from "@kinde/webhooks";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type LocalKinde, type LocalKindeConfig, startLocalKinde } from "../src/index.ts";
import { testConfig } from "./support/config.ts";
import { startWebhookServer, type WebhookServer } from "./support/webhook-server.ts";

let kinde: LocalKinde;
let webhook: WebhookServer;
let lines: string[];
beforeEach(async () => {
  lines = [];
  webhook = await startWebhookServer(() => kinde);
  const config = { ...testConfig(), webhooks: [{ url: webhook.url }] };
  kinde = await startLocalKinde({ config, log: (line) => lines.push(line) });
});
afterEach(async () => {
  await kinde.close();
  await webhook[Symbol.asyncDispose]();
});

/** Loads the config of before with something else in it. */
async function reload(change: (config: LocalKindeConfig) => void): Promise<void> {
  const config = { ...testConfig(), webhooks: [{ url: webhook.url }] };
  change(config);
  await kinde.reload(config);
}

it("sends what Kinde sends: a JWT of the issuer's key, with an event and none of a token's claims", async () => {
  kinde.patch("people", "kp_ann", { memberships: [{ organization: "org_acme", roles: ["viewer"] }] });
  await webhook.types(1);
  const [event] = webhook.events;
  expect(event).toEqual({
    jwt: expect.any(String),
    contentType: "application/jwt",
    header: { alg: "RS256", typ: "JWT", kid: expect.any(String) },
    payload: {
      type: "user.updated",
      source: "admin",
      event_id: expect.stringMatching(/^event_[0-9a-f]{32}$/),
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      event_timestamp: event?.payload["timestamp"],
      data: {
        user: {
          id: "kp_ann",
          email: "ann@example.com",
          first_name: "Ann",
          last_name: "Lee",
          is_password_reset_requested: false,
          is_suspended: false,
          organizations: [{ code: "org_acme", roles: [{ id: "role_viewer", key: "viewer" }], permissions: null }],
          phone: null,
          username: null,
        },
      },
    },
  });
});

it("sends what Kinde's own package decodes", async () => {
  kinde.patch("roles", "viewer", { permissions: [] });
  await webhook.types(1);
  const [event] = webhook.events;
  expect(await decodeWebhook(event?.jwt, kinde.url)).toEqual(event?.payload);
  const [head, body] = event?.jwt.split(".") ?? [];
  expect(await decodeWebhook(`${head}.${body}.AAAA`, kinde.url)).toBeNull();
});

it("sends nothing that opens anything: an event is no token", async () => {
  kinde.patch("people", "kp_ann", { givenName: "Anna" });
  await webhook.types(1);
  const headers = { authorization: `Bearer ${webhook.events[0]?.jwt}` };
  const statuses = [
    await fetch(`${kinde.url}/account_api/v1/permissions`, { headers }),
    await fetch(`${kinde.url}/oauth2/v2/user_profile`, { headers }),
    await fetch(`${kinde.url}/api/v1/users/kp_ann/refresh_claims`, { method: "POST", headers }),
  ].map(({ status }) => status);
  expect(statuses).toEqual([401, 401, 401]);
});

describe("a change of", () => {
  it.each<[string, (config: LocalKindeConfig) => void, object]>([
    ["a person's flag", ({ people }) => (people[0]!.featureFlags = {}), { type: "user.updated", id: "kp_ann" }],
    ["a person's property", ({ people }) => (people[1]!.properties = { a: 1 }), { type: "user.updated", id: "kp_bob" }],
    ["who there is", ({ people }) => people.pop(), { type: "user.deleted", id: "kp_nil" }],
    [
      "a role's permissions",
      ({ roles }) => roles![1]!.permissions.push("doc:write"),
      { type: "role.updated", key: "viewer" },
    ],
    [
      "a permission's name",
      ({ permissions }) => (permissions![1]!.name = "W"),
      { type: "permission.updated", key: "doc:write" },
    ],
    [
      "an organization's property",
      ({ organizations }) => (organizations[0]!.properties = {}),
      { type: "organization.updated", code: "org_acme" },
    ],
    [
      "an organization's plan",
      (config) => (config.organizations[1]!.entitlements = [{ key: "rows" }]),
      { type: "organization.updated", code: "org_birch" },
    ],
    [
      "an organization's flag",
      ({ organizations }) => (organizations[0]!.featureFlags!["beta"] = false),
      { type: "feature_flag.updated", key: "beta", code: "org_acme" },
    ],
    [
      "the environment's flag",
      ({ featureFlags }) => (featureFlags!["seats"]!.default = 4),
      { type: "feature_flag.updated", key: "seats" },
    ],
  ])("%s is one event, about nothing else", async (_, change, expected) => {
    await reload(change);
    await webhook.types(1);
    // Another one is sent after all of the first change.
    kinde.patch("people", "kp_bob", { givenName: "Robert" });
    await webhook.types(2);
    const [event, last] = webhook.events.map(({ payload }) => payload);
    const parts = Object.values<object>(Object(event?.["data"]));
    expect({ type: event?.["type"], ...picked(Object.assign({}, ...parts), ["id", "key", "code"], expected) }).toEqual(
      expected,
    );
    expect(last).toMatchObject({ type: "user.updated", data: { user: { id: "kp_bob", first_name: "Robert" } } });
  });
});

function picked(from: object, names: readonly string[], like: object): object {
  return Object.fromEntries(
    names.filter((name) => Object.hasOwn(like, name)).map((name) => [name, Reflect.get(from, name)]),
  );
}

it("sends the new, the changed and the gone, in an order in which what is referred to is there", async () => {
  await reload((config) => {
    config.permissions?.push({ key: "doc:new" });
    config.roles?.push({ key: "new", name: "New", permissions: ["doc:new"] });
    config.organizations.push({ code: "org_new", name: "New" });
    config.people.push({ id: "kp_new", email: "new@example.com", givenName: "N", familyName: "W", memberships: [] });
  });
  expect(await webhook.types(4)).toEqual([
    "permission.created",
    "role.created",
    "organization.created",
    "user.created",
  ]);
});

it("sends nothing when nothing is different", async () => {
  await reload(() => {});
  kinde.patch("people", "kp_ann", { givenName: "Ann" });
  kinde.patch("people", "kp_ann", { givenName: "Anna" });
  expect(await webhook.types(1)).toEqual(["user.updated"]);
  expect(webhook.events[0]?.payload).toMatchObject({ data: { user: { first_name: "Anna" } } });
});

it("sends a webhook only the types that it wants", async () => {
  await reload((config) => (config.webhooks = [{ url: webhook.url, events: ["role.updated"] }]));
  kinde.patch("people", "kp_ann", { givenName: "Anna" });
  kinde.patch("roles", "viewer", { name: "Reader" });
  expect(await webhook.types(1)).toEqual(["role.updated"]);
});

it("delivers again what was not answered with 200, the same event, before the next one", async () => {
  webhook.statuses.push(500, 204);
  kinde.patch("people", "kp_ann", { givenName: "One" });
  kinde.patch("people", "kp_ann", { givenName: "Two" });
  await webhook.types(2);
  expect(webhook.events.map(({ payload }) => payload)).toMatchObject([
    { data: { user: { first_name: "One" } } },
    { data: { user: { first_name: "Two" } } },
  ]);
  const [first, second, third, next] = webhook.ids;
  expect([first, second, third]).toEqual(Array(3).fill(expect.stringMatching(/^[\w-]{36}$/)));
  expect([second, third]).toEqual([first, first]);
  expect(next).not.toBe(first);
  expect(lines).toEqual([]);
});

it("sends to the webhooks of the option, too, whatever config is loaded", async () => {
  await using other = await startLocalKinde({ config: testConfig(), webhooks: [{ url: webhook.url }] });
  kinde = other; // whose keys the webhook fetches
  await other.reload({
    ...testConfig(),
    roles: testConfig().roles!.with(1, { key: "viewer", name: "V", permissions: [] }),
  });
  expect(await webhook.types(1)).toEqual(["role.updated"]);
  await expect(
    startLocalKinde({ config: testConfig(), webhooks: [{ url: "https://example.com/hook" }] }),
  ).rejects.toMatchObject({ code: "config_invalid", problems: [{ path: "webhooks[0].url" }] });
});

it("keeps to itself what the caller of patch does to its objects later", async () => {
  const memberships = [{ organization: "org_birch", roles: ["viewer"] }];
  kinde.patch("people", "kp_bob", { memberships });
  memberships[0]!.roles.push("nothing");
  expect(kinde.config.people[1]?.memberships).toEqual([{ organization: "org_birch", roles: ["viewer"] }]);
});

it("ends with the issuer: a webhook that does not answer holds nothing up", async () => {
  await webhook[Symbol.asyncDispose]();
  kinde.patch("people", "kp_ann", { givenName: "One" });
  await kinde.close();
  expect(lines).toEqual([]);
});

it.each([
  "https://example.com/hook",
  "http://192.168.0.2/hook",
  "http://0.0.0.0/hook",
  "http://localhost.example.com/hook",
  "http://localhost@example.com/hook",
  "http://user:pass-word@localhost/hook",
])("takes no address but one on this machine without a user: %s", async (url) => {
  const change = (config: LocalKindeConfig): unknown => (config.webhooks = [{ url }]);
  await expect(reload(change)).rejects.toThrow(/webhooks\[0\]\.url: must be an address on this machine/);
  await expect(reload(change)).rejects.not.toThrow("pass-word");
});
