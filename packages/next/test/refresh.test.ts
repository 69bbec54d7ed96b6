// Kinde's real SDK refreshes the tokens in the cookies.
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { browserWith, jonas, mara, ofPage, startWorld, type World } from "./world.ts";

vi.mock("next/headers", () => import("./next-headers.ts"));
vi.mock("next/server", async (importOriginal) => {
  const { connection } = await import("./next-headers.ts");
  return { ...(await importOriginal<object>()), connection };
});

let world: World;
let POST: (request: Request) => Promise<Response>;
let getPageSession: () => Promise<unknown>;

beforeAll(async () => {
  world = await startWorld();
  const next = await import("@kinde-cerbos/next");
  ({ POST } = next.createAuthzRoute());
  ({ getPageSession } = next);
});
afterAll(() => world.stop());
beforeEach(() => {
  world.refreshes.length = 0;
});

type Browser = ReturnType<typeof browserWith>;

async function sessionFor(browser: Browser) {
  const request = new Request("https://app.test/authz/session", { method: "POST", headers: ofPage });
  const response = await browser.at(() => POST(request));
  return { status: response.status, body: await response.json() };
}

/** Returns a browser whose token has expired, or expires in this many seconds. */
async function browserOf(claims: object, lifetime: number, refreshToken = crypto.randomUUID()): Promise<Browser> {
  return browserWith({
    access_token: await world.tokenFor({ ...claims }, lifetime),
    id_token: await world.idTokenFor({ ...claims }),
    refresh_token: refreshToken,
  });
}

/** Makes Kinde return new tokens. */
const kindeGives =
  (claims: object): (() => Promise<object>) =>
  async () => ({
    access_token: await world.tokenFor({ ...claims, permissions: ["new"] }),
    id_token: await world.idTokenFor({ ...claims }),
    refresh_token: "rotated",
  });

describe("the session's route", () => {
  test.each([
    ["has ended", -60],
    ["ends within 10 seconds", 8],
  ])("has a token refreshed that %s, and keeps the new one in the cookies", async (_, lifetime) => {
    world.answer.token = kindeGives(mara);
    const browser = await browserOf(mara, lifetime, "the refresh token");
    const before = browser.cookies.get("access_token")?.value;
    expect(await sessionFor(browser)).toMatchObject({
      status: 200,
      body: { status: "signed_in", claims: { sub: "kp_mara", permissions: ["new"] } },
    });
    expect(world.refreshes.map((body) => [body.get("grant_type"), body.get("refresh_token")])).toEqual([
      ["refresh_token", "the refresh token"],
    ]);
    expect(browser.cookies.get("access_token")?.value).not.toBe(before);
    expect(browser.cookies.get("refresh_token")?.value).toBe("rotated");
  });

  test("does not refresh a token that is valid for longer, because Kinde would return the same one", async () => {
    const browser = await browserOf(mara, 60);
    expect(await sessionFor(browser)).toMatchObject({ status: 200, body: { status: "signed_in" } });
    expect([world.refreshes, [...browser.cookies.changed]]).toEqual([[], []]);
  });

  test("refreshes once for tabs with the same cookies, because a refresh token can be used only once", async () => {
    world.answer.token = kindeGives(mara);
    const token = await world.tokenFor(mara, -60);
    const tab = (): Browser => browserWith({ access_token: token, refresh_token: "shared" });
    const found = await Promise.all([sessionFor(tab()), sessionFor(tab())]);
    // Sent before the response to the first one, and delayed on the way.
    found.push(await sessionFor(tab()));
    expect(found.map(({ body }) => body.claims.permissions)).toEqual([["new"], ["new"], ["new"]]);
    expect(world.refreshes.length).toBe(1);
  });

  test("does not return the refreshed session to a caller with only the old token", async () => {
    world.answer.token = kindeGives(mara);
    const access_token = await world.tokenFor(mara, -60);
    await sessionFor(browserWith({ access_token, refresh_token: "the user's" }));
    world.answer.token = () => ({ error: "invalid_grant" });
    const { body } = await sessionFor(browserWith({ access_token, refresh_token: "a guess" }));
    expect(body).toMatchObject({ status: "signed_out" });
  });

  test("is signed out if Kinde refuses, and the cookies are removed", async () => {
    world.answer.token = () => ({ error: "invalid_grant" });
    const browser = await browserOf(mara, -60);
    expect(await sessionFor(browser)).toMatchObject({ status: 200, body: { status: "signed_out" } });
    expect(browser.cookies.getAll()).toEqual([]);
  });

  test("is unavailable if Kinde does not answer, and the user stays signed in", async () => {
    world.answer.token = () => null;
    const browser = await browserOf(mara, -60);
    expect(await sessionFor(browser)).toMatchObject({ status: 503, body: { code: 14 } });
    world.answer.token = kindeGives(mara);
    expect(await sessionFor(browser)).toMatchObject({ status: 200, body: { status: "signed_in" } });
  });

  test("does not accept a token signed with another key", async () => {
    const forged = (await world.tokenFor(mara, -60)).replace(/.{8}$/, "AAAAAAAA");
    world.answer.token = kindeGives(jonas);
    const { body } = await sessionFor(browserWith({ access_token: forged, refresh_token: "of jonas" }));
    // Kinde decides whose session it is, by the refresh token alone.
    expect(body).toMatchObject({ status: "signed_in", claims: { sub: "kp_jonas" } });
  });
});

describe("a page that is rendered", () => {
  test("leaves the refresh to the browser, because it cannot set cookies", async () => {
    const browser = await browserOf(mara, -60);
    expect(await browser.at(getPageSession)).toEqual({ status: "unknown" });
    expect([world.refreshes, [...browser.cookies.changed]]).toEqual([[], []]);
  });
});
