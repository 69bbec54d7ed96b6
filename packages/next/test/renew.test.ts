// At a refresh, Kinde returns the existing token. To get one with the current rights, the existing one must be revoked
// first.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { browserWith, mara, type Next, ofPage, startWorld, type World } from "./world.ts";

vi.mock("next/headers", () => import("./next-headers.ts"));
vi.mock("next/server", async (importOriginal) => {
  const { connection } = await import("./next-headers.ts");
  return { ...(await importOriginal<object>()), connection };
});

let world: World;
let next: Next;
/** Tokens issued until this time are revoked, in seconds since the epoch. */
let revokedUntil = 0;
let POST: (request: Request) => Promise<Response>;

beforeAll(async () => {
  world = await startWorld();
  next = await import("@kinde-cerbos/next");
  ({ POST } = next.createAuthz({ isRevoked: ({ iat = 0 }) => iat <= revokedUntil }).createAuthzRoute());
});
afterAll(() => world.stop());
beforeEach(() => {
  world.refreshes.length = 0;
  world.revocations.length = 0;
  world.answer.revoke = 200;
  revokedUntil = 0;
});
afterEach(() => void vi.useRealTimers());

type Browser = ReturnType<typeof browserWith>;

const seconds = (): number => Math.floor(Date.now() / 1000);

/** Returns the response of a path of the route to this page's browser. */
async function answerFor(browser: Browser, path = "session/renew", headers: HeadersInit = ofPage) {
  const request = new Request(`https://app.test/authz/${path}`, { method: "POST", headers });
  const response = await browser.at(() => POST(request));
  return { status: response.status, retryAfter: response.headers.get("retry-after"), body: await response.json() };
}

/** Each test has its own user, because limits are per user. */
const someone = (): { sub: string; org_code: string } => ({ ...mara, sub: `kp_${crypto.randomUUID()}` });

/** Returns a browser whose token was issued this many seconds ago and is valid for an hour. */
async function browserOf(claims: object, age = 60, refreshToken: string = crypto.randomUUID()): Promise<Browser> {
  return browserWith({
    access_token: await world.tokenFor({ ...claims, iat: seconds() - age }),
    id_token: await world.idTokenFor({ ...claims }),
    refresh_token: refreshToken,
  });
}

/** Kinde as documented: it returns the existing token until that is revoked. */
async function kindeHas(claims: object, existing: string | undefined): Promise<void> {
  world.answer.token = async () => {
    const isRevoked = world.revocations.some((form) => form.get("token") === existing);
    return {
      access_token: isRevoked ? await world.tokenFor({ ...claims, permissions: ["new"] }) : existing,
      id_token: await world.idTokenFor({ ...claims }),
      refresh_token: crypto.randomUUID(),
    };
  };
}

const tokenIn = (browser: Browser): string | undefined => browser.cookies.get("access_token")?.value;

describe("the renewal of a session", () => {
  test("revokes the token in the cookie at Kinde, with the application's secret, and has the SDK refresh it", async () => {
    const user = someone();
    const browser = await browserOf(user, 60, "the refresh token");
    const before = tokenIn(browser);
    await kindeHas(user, before);
    expect(await answerFor(browser)).toMatchObject({
      status: 200,
      body: { status: "signed_in", claims: { sub: user.sub, permissions: ["new"] } },
    });
    expect(world.revocations.map((form) => Object.fromEntries(form))).toEqual([
      {
        token: before,
        token_type_hint: "access_token",
        client_id: process.env["KINDE_CLIENT_ID"],
        client_secret: process.env["KINDE_CLIENT_SECRET"],
      },
    ]);
    expect(world.refreshes.map((form) => form.get("refresh_token"))).toEqual(["the refresh token"]);
    expect(tokenIn(browser)).not.toBe(before);
  });

  test("is shared by tabs with the same cookies", async () => {
    const user = someone();
    const first = await browserOf(user, 60, "shared");
    const access_token = tokenIn(first) ?? "";
    await kindeHas(user, access_token);
    const tab = (): Browser => browserWith({ access_token, refresh_token: "shared" });
    const found = await Promise.all([answerFor(first), answerFor(tab()), answerFor(tab(), "session")]);
    found.push(await answerFor(tab()));
    expect(found.map(({ body }) => body.claims.permissions)).toEqual([["new"], ["new"], [], ["new"]]);
    expect([world.revocations.length, world.refreshes.length]).toEqual([1, 1]);
  });

  test("is skipped for a token that another tab has just renewed", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const browser = await browserOf(someone(), 1);
    const before = tokenIn(browser);
    expect(await answerFor(browser)).toMatchObject({ status: 200, body: { status: "signed_in" } });
    expect([world.revocations, world.refreshes, tokenIn(browser)]).toEqual([[], [], before]);
  });

  test("is rate-limited per user, with a Retry-After", async () => {
    const user = someone();
    const found = new Map<number, string | null>();
    for (let at = 0; at < 40; at += 1) {
      const browser = await browserOf(user);
      await kindeHas(user, tokenIn(browser));
      const { status, retryAfter } = await answerFor(browser);
      found.set(status, retryAfter);
    }
    expect([...found]).toEqual([
      [200, null],
      [429, expect.stringMatching(/^[1-9]\d*$/)],
    ]);
    expect(world.revocations.length).toBeLessThan(30);
    // Another user is not limited.
    const other = someone();
    const browser = await browserOf(other);
    await kindeHas(other, tokenIn(browser));
    expect(await answerFor(browser)).toMatchObject({ status: 200 });
  });

  test.each([
    ["another site", { "sec-fetch-site": "cross-site" }],
    ["another origin of the site", { "sec-fetch-site": "same-site" }],
    ["the address bar", { "sec-fetch-site": "none" }],
    ["another origin, in a browser that says no more", { origin: "https://evil.test", host: "app.test" }],
  ])("is refused to %s", async (_, headers) => {
    const browser = await browserOf(someone());
    expect(await answerFor(browser, "session/renew", headers)).toMatchObject({ status: 403, body: { code: 7 } });
    expect([world.revocations, world.refreshes, [...browser.cookies.changed]]).toEqual([[], [], []]);
  });

  test("is signed out without a request to Kinde if nobody is signed in", async () => {
    expect(await answerFor(browserWith({}))).toMatchObject({ status: 200, body: { status: "signed_out" } });
    expect([world.revocations, world.refreshes]).toEqual([[], []]);
  });

  test.each([
    ["an ended token", async () => world.tokenFor(mara, -60)],
    ["a forged one", async () => (await world.tokenFor(mara)).replace(/.{8}$/, "AAAAAAAA")],
    ["another application's", async () => world.tokenFor({ ...mara, azp: "another" })],
    ["no token at all", async () => "password"],
  ])("sends Kinde nothing to revoke for %s, and refreshes it", async (_, make) => {
    const browser = browserWith({ access_token: await make(), refresh_token: crypto.randomUUID() });
    await kindeHas(mara, await world.tokenFor(mara));
    expect(await answerFor(browser)).toMatchObject({ status: 200, body: { claims: { sub: "kp_mara" } } });
    expect([world.revocations.length, world.refreshes.length]).toEqual([0, 1]);
  });

  test.each([
    [null, /did not answer/],
    [401, /answered 401.*KINDE_CLIENT_SECRET/],
    [302, /did not answer/],
  ])("leaves the user signed in if Kinde's answer to the revocation is %s", async (answer, text) => {
    const user = someone();
    const browser = await browserOf(user);
    world.answer.revoke = answer;
    const found = await answerFor(browser);
    expect(found).toMatchObject({ status: 503, body: { code: 14, message: expect.stringMatching(text) } });
    expect([world.refreshes, [...browser.cookies.changed]]).toEqual([[], []]);
    for (const secret of [tokenIn(browser), process.env["KINDE_CLIENT_SECRET"]]) {
      expect(JSON.stringify(found)).not.toContain(secret);
    }
    world.answer.revoke = 200;
    await kindeHas(user, tokenIn(browser));
    expect(await answerFor(browser)).toMatchObject({ status: 200, body: { claims: { permissions: ["new"] } } });
  });

  test("signs the user out if Kinde refuses", async () => {
    const browser = await browserOf(someone());
    world.answer.token = () => ({ error: "invalid_grant" });
    expect(await answerFor(browser)).toMatchObject({ status: 200, body: { status: "signed_out" } });
    expect(browser.cookies.getAll()).toEqual([]);
  });
});

describe("a token that is refused as revoked", () => {
  test.each(["session", "session/renew"])("is renewed by /%s, so nobody is signed out by it", async (path) => {
    const user = someone();
    const browser = await browserOf(user);
    await kindeHas(user, tokenIn(browser));
    revokedUntil = seconds() - 30;
    expect(await answerFor(browser, path)).toMatchObject({
      status: 200,
      body: { status: "signed_in", claims: { permissions: ["new"] } },
    });
    expect([world.revocations.length, world.refreshes.length]).toEqual([1, 1]);
  });

  test("is renewed once more if the new one was issued in the second of the event", async () => {
    const user = someone();
    const browser = await browserOf(user);
    await kindeHas(user, tokenIn(browser));
    const answer = world.answer.token;
    // The event is in the same second as the renewal, however long the machine takes.
    world.answer.token = async () => {
      const iat = seconds();
      if (world.refreshes.length === 1) revokedUntil = iat;
      return { ...(await answer()), access_token: await world.tokenFor({ ...user, permissions: ["new"], iat }) };
    };
    revokedUntil = seconds();
    expect(await answerFor(browser, "session")).toMatchObject({ status: 200, body: { status: "signed_in" } });
    expect([world.revocations.length, world.refreshes.length]).toEqual([2, 2]);
    for (const [forms, field] of [
      [world.revocations, "token"],
      [world.refreshes, "refresh_token"],
    ] as const) {
      expect(new Set(forms.map((form) => form.get(field))).size).toBe(2);
    }
  });

  test("fails with the reason if the application revokes all of the user's tokens", async () => {
    const browser = await browserOf(someone());
    await kindeHas(mara, tokenIn(browser));
    revokedUntil = Infinity;
    expect(await answerFor(browser, "session")).toMatchObject({ status: 401, body: { code: 16 } });
    expect(world.revocations.length).toBe(2);
  });
});

describe("a route without events", () => {
  test.each([
    ["api/events", 404],
    ["session", 404],
    ["session/renew", 404],
    ["other", 404],
    ["api/check/resources", 405],
  ])("answers GET %s with %s", async (path, status) => {
    const { GET } = next.createAuthzRoute();
    const browser = await browserOf(mara);
    const response = await browser.at(() => GET(new Request(`https://app.test/authz/${path}`, { headers: ofPage })));
    expect([response.status, await response.json()]).toEqual([
      status,
      expect.objectContaining({ code: expect.any(Number) }),
    ]);
  });
});
