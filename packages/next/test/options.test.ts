import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { browserWith, jonas, mara, type Next, remove, startWorld, view, type World } from "./world.ts";

vi.mock("next/headers", () => import("./next-headers.ts"));
vi.mock("next/server", async (importOriginal) => {
  const { connection } = await import("./next-headers.ts");
  return { ...(await importOriginal<object>()), connection };
});

let world: World;
let createAuthz: Next["createAuthz"];

beforeAll(async () => {
  world = await startWorld();
  ({ createAuthz } = await import("@kinde-cerbos/next"));
});
afterAll(() => world.stop());

/** Variables and options for one test. */
const environment = (variables: { readonly [name: string]: string | undefined }): void => {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
};
beforeEach(() => {
  environment({
    KINDE_ISSUER_URL: world.issuer,
    KINDE_CLIENT_ID: "test-client",
    KINDE_AUDIENCE: undefined,
    NEXT_PUBLIC_KINDE_ISSUER_URL: undefined,
    NEXT_PUBLIC_KINDE_CLIENT_ID: undefined,
    CERBOS_PDP_URL: world.pdp.url,
  });
});

const isAllowed = async ({ getAuthorizer }: ReturnType<typeof createAuthz>, claims: object = mara) => {
  const browser = browserWith({ access_token: await world.tokenFor({ ...claims }) });
  const authorizer = await browser.at(getAuthorizer);
  return authorizer ? (await authorizer.check(remove)).allowed : null;
};

const requestTo = (path: string): Request => new Request(`https://app.test/authz/${path}`, { method: "POST" });

const invalid = (text: string): object =>
  expect.objectContaining({ code: "invalid_option", message: expect.stringContaining(text) });

describe("the environment", () => {
  test("has the variables that Kinde's SDK reads", async () => {
    environment({ KINDE_ISSUER_URL: `${world.issuer}/`, CERBOS_PDP_URL: `http://127.0.0.1:9,${world.pdp.url}/` });
    expect(await isAllowed(createAuthz())).toBe(true);
    environment({ KINDE_ISSUER_URL: "", NEXT_PUBLIC_KINDE_ISSUER_URL: world.issuer });
    environment({ KINDE_CLIENT_ID: undefined, NEXT_PUBLIC_KINDE_CLIENT_ID: "test-client" });
    expect(await isAllowed(createAuthz())).toBe(true);
  });

  test("has the audiences, separated by spaces", async () => {
    environment({ KINDE_AUDIENCE: "https://one.test https://two.test" });
    const authz = createAuthz();
    expect(await isAllowed(authz, { ...mara, aud: ["https://two.test"] })).toBe(true);
    expect(await isAllowed(authz, { ...mara, aud: ["https://three.test"] })).toBe(null);
  });

  test.each([["KINDE_ISSUER_URL"], ["KINDE_CLIENT_ID"], ["CERBOS_PDP_URL"]])(
    "is needed at the first use, and not before: without %s, each function says so",
    async (name) => {
      environment({ [name]: undefined });
      const authz = createAuthz();
      const { POST } = authz.createAuthzRoute();
      const browser = browserWith({ access_token: await world.tokenFor(mara) });
      for (const use of [
        authz.getAuthorizer,
        authz.getPageSession,
        () => authz.requireAllowed(view),
        () => authz.prefetchDecisions([view]),
        () => POST(requestTo("api/check/resources")),
        () => POST(requestTo("session")),
      ]) {
        await expect(browser.at<Promise<unknown>>(use)).rejects.toEqual(invalid(`variables are missing: ${name}. Set`));
      }
    },
  );

  test("is read again until it is complete", async () => {
    environment({ CERBOS_PDP_URL: "" });
    const authz = createAuthz();
    await expect(isAllowed(authz)).rejects.toEqual(invalid("CERBOS_PDP_URL"));
    environment({ CERBOS_PDP_URL: world.pdp.url });
    expect(await isAllowed(authz)).toBe(true);
  });
});

describe("options", () => {
  test("override the environment", async () => {
    environment({ KINDE_ISSUER_URL: undefined, KINDE_CLIENT_ID: "another", CERBOS_PDP_URL: "http://127.0.0.1:9" });
    const options = { issuer: world.issuer, clientId: ["test-client"], pdp: [world.pdp.url] };
    expect(await isAllowed(createAuthz(options))).toBe(true);
    expect(await isAllowed(createAuthz(options), jonas)).toBe(false);
  });

  test.each([
    ["an unknown name", { audiance: "https://api.test" }, `Did you mean "audience"?`],
    ["a token of your own", { tokenOf: () => null }, "tokenOf"],
    ["a wrong type", { anonymous: "false" }, "anonymous"],
    ["a path without a slash", { path: "authz" }, "path"],
    ["another host in the path's place", { path: "//evil.test" }, "path must"],
    ["another host behind a tab, which browsers leave out", { path: "/\t/evil.test" }, "path must"],
    ["a path with a slash at its end", { path: "/authz/" }, "path"],
    ["an issuer over plain http", { issuer: "http://kinde.test" }, "issuer"],
    ["a wrong limit", { limits: { resources: 0 } }, "resources"],
    ["a wrong cache", { cache: { maxAgeMs: -1 } }, "maxAgeMs"],
  ])("throw at once for %s", (_, options, text) => {
    expect(() => createAuthz(JSON.parse("{}", () => options))).toThrow(invalid(text));
  });

  test("are passed to the gateway and the enforcer, to each its own", async () => {
    const { createAuthzRoute, requireAllowed } = createAuthz({ allow: { invoice: "*" }, cache: { maxAgeMs: 1000 } });
    const browser = browserWith({ access_token: await world.tokenFor(mara) });
    const body = {
      principal: { id: "kp_mara", roles: ["user"], attr: { orgCode: "org_aurora" } },
      resources: [{ resource: view.resource, actions: ["view"] }],
    };
    const request = new Request("https://app.test/authz/api/check/resources", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const response = await browser.at(() => createAuthzRoute().POST(request));
    expect([response.status, await response.text()]).toEqual([400, expect.stringContaining("kind")]);
    await browser.at(() => requireAllowed(view));
  });

  test("allow pages of other origins to send checks with a token", async () => {
    const { OPTIONS } = createAuthz({ corsOrigins: ["https://admin.test"] }).createAuthzRoute();
    const preflight = new Request("https://app.test/authz/api/check/resources", {
      method: "OPTIONS",
      headers: { origin: "https://admin.test" },
    });
    expect((await OPTIONS(preflight)).headers.get("access-control-allow-origin")).toBe("https://admin.test");
  });
});
