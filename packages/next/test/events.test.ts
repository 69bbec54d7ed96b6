// The gateway's events in a Next.js route, for the user of the cookie.
import { createEvents, type Events } from "@kinde-cerbos/server";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { browserWith, jonas, mara, type Next, ofPage, startWorld, type World } from "./world.ts";

vi.mock("next/headers", () => import("./next-headers.ts"));
vi.mock("next/server", async (importOriginal) => {
  const { connection } = await import("./next-headers.ts");
  return { ...(await importOriginal<object>()), connection };
});

let world: World;
let next: Next;
let events: Events;
let route: ReturnType<Next["createAuthzRoute"]>;

beforeAll(async () => {
  world = await startWorld();
  next = await import("@kinde-cerbos/next");
});
afterAll(() => world.stop());
beforeEach(() => {
  events = createEvents({ maxStreamsPerSubject: 1 });
  route = next.createAuthz({ events, isRevoked: events.isRevoked }).createAuthzRoute();
});
afterEach(() => events.close());

type Browser = ReturnType<typeof browserWith>;

const browserOf = async (claims: object, age = 60): Promise<Browser> => {
  const iat = Math.floor(Date.now() / 1000) - age;
  return browserWith({ access_token: await world.tokenFor({ ...claims, iat }), refresh_token: crypto.randomUUID() });
};

/** Returns the route's response to a page of this browser. */
const open = (browser: Browser, init: RequestInit = {}): Promise<Response> =>
  browser.at(() => route.GET(new Request("https://app.test/authz/api/events", { headers: ofPage, ...init })));

/** Reads a stream until it contains this text, or ends. */
async function readUntil(text: string, response: Response): Promise<string> {
  let seen = "";
  const decoder = new TextDecoder();
  for await (const part of response.body ?? []) {
    seen += decoder.decode(part, { stream: true });
    if (seen.includes(text)) break;
  }
  return seen;
}

describe("GET /api/events", () => {
  test("is a stream for the user of the cookie, not cached and not transformed by proxies", async () => {
    const response = await open(await browserOf(mara));
    expect([response.status, response.headers.get("content-type"), response.headers.get("cache-control")]).toEqual([
      200,
      "text/event-stream",
      "no-store, no-transform",
    ]);
    const found = readUntil("rights", response);
    await events.rightsChanged({ subject: "kp_jonas" });
    await events.rightsChanged({ subject: "kp_mara" });
    const text = await found;
    expect(text).toContain("event: hello");
    expect(text.match(/event: outdated/g)).toHaveLength(1);
    expect(text).not.toContain("kp_");
  });

  test("ends when the page disconnects", async () => {
    const browser = await browserOf(mara);
    const page = new AbortController();
    await open(browser, { signal: page.signal });
    expect((await open(browser)).status).toBe(429);
    page.abort();
    expect((await open(browser)).status).toBe(200);
  });

  test.each([
    ["nobody is signed in", async () => browserWith({}), {}, 401],
    ["the token has ended", async () => browserWith({ access_token: await world.tokenFor(mara, -60) }), {}, 401],
    ["it is a page of another site", () => browserOf(mara), { headers: { "sec-fetch-site": "cross-site" } }, 403],
    ["the token is older than a change of rights", () => browserOf(jonas, 3600), {}, 401],
    // Next answers HEAD with the GET handler, and never closes the stream that it opens.
    ["it is a HEAD", () => browserOf(mara), { method: "HEAD", headers: ofPage }, 405],
  ])("is refused if %s", async (_, make, init, status) => {
    await events.rightsChanged({ subject: "kp_jonas", at: Date.now() - 60_000 });
    const response = await open(await make(), init);
    expect([response.status, response.headers.get("content-type")]).toEqual([status, "application/json"]);
  });

  test("is only at this path and with this method", async () => {
    const browser = await browserOf(mara);
    const answers = await Promise.all(
      [
        () => route.GET(new Request("https://app.test/authz/api/other", { headers: ofPage })),
        () => route.GET(new Request("https://app.test/authz/session/renew", { headers: ofPage })),
        () => route.GET(new Request("https://app.test/authz/api/check/resources", { headers: ofPage })),
        () => route.POST(new Request("https://app.test/authz/api/events", { method: "POST", headers: ofPage })),
      ].map((ask) => browser.at(ask)),
    );
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 405, 405]);
  });
});

test("a user whose rights change is denied at once, and stays signed in: the server renews the session", async () => {
  const browser = await browserOf(mara);
  const stream = await open(browser);
  await events.rightsChanged({ subject: "kp_mara" });
  expect(await readUntil('"outdated":"rights"', stream)).toContain("outdated");
  expect((await open(browser)).status).toBe(401);
  await expect(
    browser.at(() => next.createAuthz({ events, isRevoked: events.isRevoked }).getAuthorizer()),
  ).resolves.toBe(null);

  world.answer.token = async () => ({
    access_token: await world.tokenFor({ ...mara, permissions: ["new"] }),
    id_token: await world.idTokenFor(mara),
    refresh_token: "rotated",
  });
  const renewal = new Request("https://app.test/authz/session/renew", { method: "POST", headers: ofPage });
  const session = await browser.at(() => route.POST(renewal));
  expect([session.status, await session.json()]).toEqual([
    200,
    expect.objectContaining({ status: "signed_in", claims: expect.objectContaining({ permissions: ["new"] }) }),
  ]);
  expect((await open(browser)).status).toBe(200);
});

test("an invalid events option is refused at the start", () => {
  const options = JSON.parse("{}", () => ({ events: {} }));
  expect(() => next.createAuthz(options)).toThrow(expect.objectContaining({ code: "invalid_option" }));
});
