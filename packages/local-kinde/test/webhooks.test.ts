// The events that a change of the config sends, as a webhook gets them.
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
    contentType: "application/jwt",
    header: { alg: "RS256", typ: "JWT", kid: expect.any(String) },
    payload: {
      type: "user.updated",
      source: "admin",
      event_id: expect.stringMatching(/^event_[\w-]{36}$/),
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      data: {
        user: {
          id: "kp_ann",
          email: "ann@example.com",
          first_name: "Ann",
          last_name: "Lee",
          is_password_reset_requested: false,
          is_suspended: false,
          organizations: [{ code: "org_acme", roles: ["role_viewer"], permissions: null }],
          phone: null,
          username: null,
        },
      },
    },
  });
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

it("delivers again what was not taken, the same event, before the next one", async () => {
  webhook.statuses.push(500, 503);
  kinde.patch("people", "kp_ann", { givenName: "One" });
  kinde.patch("people", "kp_ann", { givenName: "Two" });
  await webhook.types(2);
  expect(webhook.events.map(({ payload }) => payload)).toMatchObject([
    { data: { user: { first_name: "One" } } },
    { data: { user: { first_name: "Two" } } },
  ]);
  expect(lines).toEqual([]);
});

it("ends with the issuer: a webhook that does not answer holds nothing up", async () => {
  await webhook[Symbol.asyncDispose]();
  kinde.patch("people", "kp_ann", { givenName: "One" });
  await kinde.close();
  expect(lines).toEqual([]);
});

it.each(["https://example.com/hook", "http://192.168.0.2/hook", "http://localhost.example.com/hook"])(
  "sends nothing to another machine: %s",
  async (url) => {
    await expect(reload((config) => (config.webhooks = [{ url }]))).rejects.toThrow(
      /webhooks\[0\]\.url: must be an address on this machine/,
    );
  },
);
