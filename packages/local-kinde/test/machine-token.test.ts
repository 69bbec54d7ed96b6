// Tokens of machines, for the management API.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LocalKinde, startLocalKinde } from "../src/index.ts";
import { claimsOf, json } from "./support/browser.ts";
import { testConfig } from "./support/config.ts";

const SECRET = "s3cret".repeat(8);

let kinde: LocalKinde;
beforeAll(async () => {
  const machines = [{ clientId: "backend", clientSecret: SECRET }];
  kinde = await startLocalKinde({ config: { ...testConfig(), machines } });
});
afterAll(() => kinde.close());

const request = (form: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${kinde.url}/oauth2/token`, {
    method: "POST",
    headers,
    body: new URLSearchParams({ grant_type: "client_credentials", audience: `${kinde.url}/api`, ...form }),
  });
const CREDENTIALS = { client_id: "backend", client_secret: SECRET };
const basic = (id: string, secret: string): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`,
});

describe("the client_credentials grant", () => {
  it.each([
    ["in the form", CREDENTIALS, {}],
    ["as Basic authentication", {}, basic("backend", SECRET)],
  ])("gives a token that the management API takes, with the secret %s", async (_, form, headers) => {
    const answer = await json(request(form, headers));
    expect(answer).toMatchObject({ token_type: "Bearer", expires_in: 86_400, scope: "" });
    const token = String(answer["access_token"]);
    expect(claimsOf(token)).toEqual({
      iss: kinde.url,
      azp: "backend",
      aud: [`${kinde.url}/api`],
      gty: ["client_credentials"],
      scope: "",
      scp: [],
      v: "2",
      iat: expect.any(Number),
      exp: expect.any(Number),
      jti: expect.any(String),
    });
    const refreshed = await fetch(`${kinde.url}/api/v1/users/kp_ann/refresh_claims`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
    });
    expect(refreshed.status).toBe(200);
  });

  it("gives the scopes that are asked for", async () => {
    const scope = "update:user_refresh_claims read:users";
    const answer = await json(request({ ...CREDENTIALS, scope }));
    expect(answer["scope"]).toBe(scope);
    expect(claimsOf(String(answer["access_token"]))).toMatchObject({ scope, scp: scope.split(" ") });
  });

  it.each([
    ["another secret", { ...CREDENTIALS, client_secret: "0ther".repeat(8) }, {}, 401, "invalid_client"],
    ["no secret", { client_id: "backend" }, {}, 401, "invalid_client"],
    ["an unknown machine", { ...CREDENTIALS, client_id: "nobody" }, {}, 401, "invalid_client"],
    ["an application of people", { ...CREDENTIALS, client_id: "app" }, {}, 401, "invalid_client"],
    ["another secret as Basic", CREDENTIALS, basic("backend", "x"), 401, "invalid_client"],
    ["no audience", { ...CREDENTIALS, audience: "" }, {}, 400, "invalid_request"],
    ["another audience", { ...CREDENTIALS, audience: "https://api.test" }, {}, 400, "unauthorized_client"],
  ])("refuses %s", async (_, form, headers, status, error) => {
    const response = await request(form, headers);
    expect(response.status).toBe(status);
    expect(response.headers.get("www-authenticate")).toBe(status === 401 ? 'Basic realm="local Kinde"' : null);
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ error });
    expect(text).not.toContain(SECRET);
  });
});

it("is a client of its own: a name is used once, and a secret is in no message", async () => {
  const clash = { ...testConfig(), machines: [{ clientId: "app", clientSecret: SECRET }] };
  await expect(startLocalKinde({ config: clash })).rejects.toThrow(
    'machines[0].clientId: "app" is already used by applications[0].clientId',
  );
  const short = { ...testConfig(), machines: [{ clientId: "m", clientSecret: "tooshort" }] };
  await expect(startLocalKinde({ config: short })).rejects.toThrow(/40 to 60 letters and digits/);
  await expect(startLocalKinde({ config: short })).rejects.not.toThrow(/tooshort/);
});
