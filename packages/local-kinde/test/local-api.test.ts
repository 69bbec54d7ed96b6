import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LocalKinde, startLocalKinde } from "../src/index.ts";
import { claimsOf, json } from "./support/browser.ts";
import { APP, testConfig } from "./support/config.ts";

let kinde: LocalKinde;
beforeAll(async () => {
  kinde = await startLocalKinde({ config: testConfig({ claims: { include: ["roles"] } }) });
});
afterAll(() => kinde.close());

const people = (origin?: string): Promise<Response> =>
  fetch(`${kinde.url}/local/people`, origin === undefined ? {} : { headers: { origin } });

const token = (body: unknown, origin = APP, type = "application/json"): Promise<Response> =>
  fetch(`${kinde.url}/local/tokens`, {
    method: "POST",
    headers: { origin, "content-type": type },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });

const ANN = { client_id: "app", person: "kp_ann", organization: "org_birch" };

describe("GET /local/people", () => {
  it("lists the people with their organizations, to a page of a registered application", async () => {
    const response = await people(APP);
    expect(response.headers.get("access-control-allow-origin")).toBe(APP);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await json(response)).toMatchObject({
      people: [
        {
          id: "kp_ann",
          name: "Ann Lee",
          email: "ann@example.com",
          organizations: [
            { code: "org_acme", name: "Acme" },
            { code: "org_birch", name: "Birch & Sons" },
          ],
        },
        { id: "kp_bob" },
        { id: "kp_nil", organizations: [] },
      ],
    });
  });

  it("answers a program, which has no origin", async () => {
    expect((await people()).status).toBe(200);
  });
});

describe("POST /local/tokens", () => {
  it("gives the token that createToken makes", async () => {
    const { access_token: given } = await json(token(ANN));
    const made = claimsOf(await kinde.createToken({ person: "kp_ann", organization: "org_birch", clientId: "app" }));
    const same = { iat: 0, exp: 0, jti: "" };
    expect({ ...claimsOf(String(given)), ...same }).toEqual({ ...made, ...same });
  });

  it("gives one of the person's first organization if none is named, and of none if they have none", async () => {
    const inFirst = await json(token({ client_id: "app", person: "kp_ann" }));
    expect(claimsOf(String(inFirst["access_token"]))["org_code"]).toBe("org_acme");
    const inNone = await json(token({ client_id: "app", person: "kp_nil" }));
    expect(claimsOf(String(inNone["access_token"]))).not.toHaveProperty("org_code");
  });

  it.each([60, -60])("gives one that lives for %i s, to try what becomes of one that ends", async (lifetime) => {
    const { access_token: given } = await json(token({ ...ANN, lifetime }));
    const { iat, exp } = claimsOf(String(given));
    expect(Number(exp) - Number(iat)).toBe(lifetime);
  });

  it.each([
    ["an unknown person", { ...ANN, person: "kp_nobody" }, /no person kp_nobody/],
    [
      "no member",
      { ...ANN, person: "kp_bob", organization: "org_acme" },
      /no person kp_bob in the organization org_acme/,
    ],
    ["an unknown application", { ...ANN, client_id: "none" }, /no application none/],
    ["no person", { client_id: "app" }, /must be strings/],
    ["an organization that is no text", { ...ANN, organization: 1 }, /must be strings/],
    ["a lifetime that is no number", { ...ANN, lifetime: "60" }, /whole number of seconds/],
    ["a lifetime of parts of a second", { ...ANN, lifetime: 0.5 }, /whole number of seconds/],
    ["what is no JSON", "{", /Post JSON/],
    ["what is no object", "[]", /Post JSON/],
    ["what is too long", JSON.stringify({ ...ANN, more: "x".repeat(70_000) }), /Post JSON/],
  ])("refuses %s", async (_, body, description) => {
    const response = await token(body);
    expect(response.status).toBe(400);
    expect(await json(response)).toEqual({
      error: expect.stringMatching(/^(unknown_subject|invalid_request)$/),
      error_description: expect.stringMatching(description),
    });
  });

  it("refuses a form's types, which a browser sends without asking first", async () => {
    expect((await token(JSON.stringify(ANN), APP, "text/plain")).status).toBe(400);
  });

  it("refuses a page of another application than the named one", async () => {
    const response = await token(ANN, "http://localhost:5174");
    expect(response.status).toBe(403);
    expect(await response.text()).not.toContain("access_token");
    expect((await token({ ...ANN, client_id: "second" }, "http://localhost:5174")).status).toBe(200);
  });
});

describe.each(["https://evil.test", "http://localhost:9999", "null"])("a page of %s", (origin) => {
  it("gets no people and no token", async () => {
    for (const response of [await people(origin), await token(ANN, origin)]) {
      expect(response.status).toBe(403);
      expect([origin, "*"]).not.toContain(response.headers.get("access-control-allow-origin"));
      expect(await response.text()).not.toMatch(/kp_|access_token/);
    }
  });
});

it("answers to no name but its own", async () => {
  const status = await new Promise((resolve, reject) => {
    request(
      { host: "127.0.0.1", port: kinde.port, path: "/local/people", headers: { host: "evil.test" } },
      (response) => {
        response.resume();
        resolve(response.statusCode);
      },
    )
      .once("error", reject)
      .end();
  });
  expect(status).toBe(421);
});

it("says what there is if something else is asked for", async () => {
  const response = await fetch(`${kinde.url}/local/people`, { method: "PATCH" });
  expect(response.status).toBe(404);
  expect(await json(response)).toMatchObject({ error_description: expect.stringContaining("GET /local/people") });
});

it("is in no discovery document", async () => {
  const discovery = await fetch(`${kinde.url}/.well-known/openid-configuration`);
  expect(await discovery.text()).not.toContain("/local/");
});

it("has the people and the organizations of the moment", async () => {
  await using other = await startLocalKinde({ config: testConfig() });
  const config = testConfig();
  config.people = config.people.filter(({ id }) => id !== "kp_bob");
  await other.reload(config);
  expect(await (await fetch(`${other.url}/local/people`)).text()).not.toContain("kp_bob");
});

it("is not there with localApi: false", async () => {
  await using other = await startLocalKinde({ config: testConfig(), localApi: false });
  const post = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(ANN) };
  expect((await fetch(`${other.url}/local/people`)).status).toBe(404);
  expect((await fetch(`${other.url}/local/tokens`, post)).status).toBe(404);
});
