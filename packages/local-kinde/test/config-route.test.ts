// The API that changes people, roles and flags.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type LocalKinde, startLocalKinde } from "../src/index.ts";
import { claimsOf, json } from "./support/browser.ts";
import { APP, testConfig } from "./support/config.ts";

const SECRET = "s3cret".repeat(8);

let kinde: LocalKinde;
beforeEach(async () => {
  const config = testConfig({ claims: { include: ["roles"] }, clientSecret: SECRET });
  kinde = await startLocalKinde({
    config: { ...config, machines: [{ clientId: "backend", clientSecret: SECRET }], webhooks: [] },
  });
});
afterEach(() => kinde.close());

const patch = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${kinde.url}/local/${path}`, {
    method: "PATCH",
    headers: { origin: APP, "content-type": "application/merge-patch+json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
const read = (): Promise<Record<string, unknown>> =>
  json(fetch(`${kinde.url}/local/config`, { headers: { origin: APP } }));
const reset = (): Promise<Response> => fetch(`${kinde.url}/local/reset`, { method: "POST", headers: { origin: APP } });

const BOB_AS_ADMIN = { memberships: [{ organization: "org_birch", roles: ["admin"] }] };

describe("GET /local/config", () => {
  it("returns the config without any secret", async () => {
    const config = await read();
    expect(config).toMatchObject({ people: testConfig().people, roles: testConfig().roles });
    expect(config["applications"]).toMatchObject([{ clientId: "app" }, { clientId: "second" }]);
    expect(JSON.stringify(config)).not.toContain(SECRET);
    expect(config).not.toHaveProperty("machines");
    expect(config).not.toHaveProperty("webhooks");
  });
});

describe("PATCH /local/…", () => {
  it("changes a person, and the next token says so", async () => {
    const response = await patch("people/kp_bob", BOB_AS_ADMIN);
    expect(response.status).toBe(200);
    expect(await json(response)).toEqual({ ...testConfig().people[1], ...BOB_AS_ADMIN });
    expect(claimsOf(await kinde.createToken({ person: "kp_bob" }))["roles"]).toMatchObject([{ key: "admin" }]);
  });

  it.each([
    ["organizations/org_birch", { properties: { tier: "free" } }, { code: "org_birch", properties: { tier: "free" } }],
    ["roles/viewer", { permissions: [] }, { key: "viewer", name: "Viewer", permissions: [] }],
    ["permissions/doc:read", { name: "See" }, { key: "doc:read", name: "See" }],
    ["permissions/doc%3Aread", { name: "See" }, { key: "doc:read", name: "See" }],
    ["feature-flags/seats", { default: 5 }, { type: "integer", default: 5 }],
  ])("changes %s", async (path, change, expected) => {
    const response = await patch(path, change);
    expect(response.status).toBe(200);
    expect(await json(response)).toMatchObject(expected);
  });

  it("takes a property away with null", async () => {
    const changed = await json(patch("organizations/org_acme", { featureFlags: { theme: null } }));
    expect(changed["featureFlags"]).toEqual({ beta: true });
  });

  it("refuses what the config's file would be refused for, with every problem, and changes nothing", async () => {
    const response = await patch("people/kp_bob", {
      email: 1,
      memberships: [{ organization: "org_birch", roles: ["admn"] }],
    });
    expect(response.status).toBe(400);
    expect(await json(response)).toMatchObject({
      error: "config_invalid",
      error_description: expect.stringContaining("people[1].email: must be a string"),
      problems: [{ path: "people[1].email" }],
    });
    const wrongRole = await json(
      patch("people/kp_bob", { memberships: [{ organization: "org_birch", roles: ["admn"] }] }),
    );
    expect(wrongRole["error_description"]).toContain('did you mean "admin"?');
    expect((await read())["people"]).toEqual(testConfig().people);
  });

  it.each([
    ["people/kp_bob", { id: "kp_robert" }, 400, /cannot be changed/],
    ["people/kp_nobody", {}, 404, /no kp_nobody in people/],
    ["people/__proto__", {}, 404, /no __proto__ in people/],
    ["feature-flags/toString", {}, 404, /no toString/],
    ["applications/app", { name: "x" }, 404, /nothing to change/],
    ["machines/backend", { name: "x" }, 404, /nothing to change/],
    ["constructor/name", {}, 404, /nothing to change/],
    ["people/%E0%A4%A", {}, 404, /no %E0%A4%A in people/],
    ["people/kp_bob", "[]", 400, /JSON merge patch/],
    ["people/kp_bob", "{", 400, /JSON merge patch/],
    ["people/kp_bob", JSON.stringify({ familyName: "x".repeat(70_000) }), 400, /JSON merge patch/],
    ["people/kp_bob", '{"__proto__":{"email":"x"}}', 400, /is not a known setting/],
  ])("refuses %s %j", async (path, change, status, description) => {
    const response = await patch(path, change);
    expect(response.status).toBe(status);
    expect((await json(response))["error_description"]).toMatch(description);
  });

  it.each([
    ["objects", '{"a":'.repeat(3000) + "1" + "}".repeat(3000)],
    ["lists", "[".repeat(3000) + "]".repeat(3000)],
  ])("refuses a value of many levels of %s, and goes on", async (_, value) => {
    const response = await patch("people/kp_bob", `{"properties":{"a":${value}}}`);
    expect(response.status).toBe(400);
    expect(await json(response)).toMatchObject({ error: "config_invalid", problems: [{ path: "" }] });
    expect((await patch("people/kp_bob", { properties: { a: [[[[{ b: {} }]]]] } })).status).toBe(200);
  });

  it("refuses types that a page of any site can send without asking first", async () => {
    for (const type of ["text/plain", "application/x-www-form-urlencoded"]) {
      expect((await patch("people/kp_bob", BOB_AS_ADMIN, { "content-type": type })).status).toBe(400);
    }
  });

  it("refuses a page of no application, and lets it read nothing", async () => {
    const headers = { origin: "https://evil.test" };
    const answers = [
      await patch("people/kp_bob", BOB_AS_ADMIN, headers),
      await fetch(`${kinde.url}/local/config`, { headers }),
      await fetch(`${kinde.url}/local/reset`, { method: "POST", headers }),
    ];
    for (const answer of answers) {
      expect(answer.status).toBe(403);
      expect(await answer.text()).not.toContain("kp_");
    }
    expect((await read())["people"]).toEqual(testConfig().people);
  });

  it("loses none of many changes at once", async () => {
    const names = Array.from({ length: 20 }, (_, index) => `p${index}`);
    const answers = await Promise.all(names.map((name) => patch("people/kp_ann", { properties: { [name]: name } })));
    expect(answers.map(({ status }) => status)).toEqual(names.map(() => 200));
    const [ann] = kinde.config.people;
    expect(Object.keys(ann?.properties ?? {}).toSorted()).toEqual(["team", ...names].toSorted());
  });
});

describe("POST /local/reset", () => {
  it("returns to what was loaded last", async () => {
    await patch("people/kp_bob", BOB_AS_ADMIN);
    expect((await json(reset()))["people"]).toEqual(testConfig().people);
    expect(kinde.config.people).toEqual(testConfig().people);
    const other = testConfig();
    other.people.pop();
    await kinde.reload(other);
    await patch("people/kp_bob", BOB_AS_ADMIN);
    await reset();
    expect(kinde.config.people).toEqual(other.people);
  });
});
