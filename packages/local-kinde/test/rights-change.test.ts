// A change of rights, from the API to the next token, as a back end and a page of an app see it.
import { afterEach, beforeEach, expect, it } from "vitest";
import { type LocalKinde, startLocalKinde } from "../src/index.ts";
import { Browser, claimsOf, json, type Tokens } from "./support/browser.ts";
import { APP, testConfig } from "./support/config.ts";
import { startWebhookServer, type WebhookServer } from "./support/webhook-server.ts";

const SECRET = "s3cret".repeat(8);

let kinde: LocalKinde;
let webhook: WebhookServer;
let browser: Browser;
let tokens: Tokens;
beforeEach(async () => {
  webhook = await startWebhookServer(() => kinde);
  const config = testConfig({ claims: { include: ["roles"] } });
  kinde = await startLocalKinde({
    config: { ...config, machines: [{ clientId: "backend", clientSecret: SECRET }], webhooks: [{ url: webhook.url }] },
  });
  browser = new Browser(kinde);
  tokens = await browser.signIn({ person: "kp_ann" });
});
afterEach(async () => {
  await kinde.close();
  await webhook[Symbol.asyncDispose]();
});

async function patch(path: string, body: object): Promise<void> {
  const headers = { origin: APP, "content-type": "application/merge-patch+json" };
  const init = { method: "PATCH", headers, body: JSON.stringify(body) };
  expect((await fetch(`${kinde.url}/local/${path}`, init)).status).toBe(200);
}

/** Gets a token with current claims as a page does: revokes the existing one, and refreshes. */
async function renewed(): Promise<Record<string, unknown>> {
  const body = new URLSearchParams({ token: tokens.access_token, client_id: "app" });
  await browser.fetch("/oauth2/revoke", { method: "POST", body, headers: { origin: APP } });
  const answer: Tokens = JSON.parse(await (await browser.refresh(tokens.refresh_token)).text());
  tokens = answer;
  return claimsOf(answer.access_token);
}

/** Clears the cache of a user's claims, as a back end does after an event. */
async function refreshClaims(id: string): Promise<number> {
  const form = { grant_type: "client_credentials", audience: `${kinde.url}/api` };
  const body = new URLSearchParams({ ...form, client_id: "backend", client_secret: SECRET });
  const { access_token: token } = await json(fetch(`${kinde.url}/oauth2/token`, { method: "POST", body }));
  const init = { method: "POST", headers: { authorization: `Bearer ${String(token)}` } };
  return (await fetch(`${kinde.url}/api/v1/users/${id}/refresh_claims`, init)).status;
}

it("of a person is an event of that person, and in the next token", async () => {
  await patch("people/kp_ann", { memberships: [{ organization: "org_acme", roles: ["viewer"] }] });
  expect(await webhook.types(1)).toEqual(["user.updated"]);
  expect(webhook.events[0]?.payload).toMatchObject({ data: { user: { id: "kp_ann" } } });
  expect(await renewed()).toMatchObject({ roles: [{ key: "viewer" }], permissions: ["doc:read"] });
});

it.each<[what: string, path: string, body: object, type: string, claims: object]>([
  [
    "a role",
    "roles/admin",
    { permissions: ["doc:export"] },
    "role.updated",
    { permissions: ["doc:export", "doc:read"] },
  ],
  [
    "an organization's flag",
    "organizations/org_acme",
    { featureFlags: { beta: null } },
    "feature_flag.deleted",
    { feature_flags: { beta: { t: "b", v: false } } },
  ],
  [
    "the environment's flag",
    "feature-flags/seats",
    { default: 4 },
    "feature_flag.updated",
    { feature_flags: { seats: { t: "i", v: 4 } } },
  ],
])("of %s is in the next token only after refresh_claims", async (_, path, body, type, claims) => {
  await patch(path, body);
  expect(await webhook.types(1)).toEqual([type]);
  expect(await renewed()).not.toMatchObject(claims);
  expect(await refreshClaims("kp_ann")).toBe(200);
  expect(await renewed()).toMatchObject(claims);
});

it("that is undone by a reset is one the other way round", async () => {
  await patch("people/kp_ann", { memberships: [] });
  await patch("roles/viewer", { permissions: [] });
  await fetch(`${kinde.url}/local/reset`, { method: "POST", headers: { origin: APP } });
  expect(await webhook.types(4)).toEqual(["user.updated", "role.updated", "role.updated", "user.updated"]);
  const last = webhook.events.at(-1)?.payload;
  expect(last).toMatchObject({ data: { user: { organizations: [{ code: "org_acme" }, { code: "org_birch" }] } } });
  expect(await renewed()).toMatchObject({ org_code: "org_acme" });
});
