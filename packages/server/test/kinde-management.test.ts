// The client of Kinde's management API: its token, what it tries again, and what it never says.
import { AuthzError } from "@kinde-cerbos/core";
import { type LocalKinde, startLocalKinde } from "@kinde-cerbos/local-kinde";
import { createKindeManagement, type KindeManagementOptions } from "@kinde-cerbos/server";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { kindeConfig } from "../../../apps/demo/stack/kinde-config.ts";

const DOMAIN = "https://example.kinde.com";
const SECRET = "the-secret-of-the-machine";

interface Sent {
  readonly url: string;
  readonly authorization: string | null;
  readonly form: { readonly [name: string]: string };
}

/** A Kinde in memory. Each token it gives is another. */
function createKinde(options: Partial<KindeManagementOptions> = {}) {
  const kinde = {
    now: 0,
    sent: [] as Sent[],
    tokens: 0,
    /** The next answers, before the usual ones. `Error`: none. */
    answers: [] as (Response | Error | "silence")[],
    async fetch(url: string, init: RequestInit): Promise<Response> {
      const { headers, body, redirect } = new Request(url, init);
      // A redirect would take the secret to another place.
      expect(redirect).toBe("manual");
      const form = Object.fromEntries(new URLSearchParams(await new Response(body).text()));
      kinde.sent.push({ url, authorization: headers.get("authorization"), form });
      const next = kinde.answers.shift();
      if (next === "silence") return new Promise(() => {});
      if (next instanceof Error) throw next;
      if (next) return next;
      if (!url.endsWith("/oauth2/token")) return Response.json({ code: "OK" });
      kinde.tokens += 1;
      return Response.json({ access_token: `token-${kinde.tokens}`, expires_in: 3600 });
    },
  };
  const management = createKindeManagement({
    domain: DOMAIN,
    clientId: "machine",
    clientSecret: SECRET,
    fetch: (url, init) => kinde.fetch(url, init),
    now: () => kinde.now,
    ...options,
  });
  return Object.assign(kinde, {
    refreshClaims: management.refreshClaims,
    paths: () => kinde.sent.map(({ url }) => new URL(url).pathname),
  });
}

const TOKEN = "/oauth2/token";
const pathOf = (subject: string): string => `/api/v1/users/${subject}/refresh_claims`;
let kinde: ReturnType<typeof createKinde>;
beforeEach(() => {
  kinde = createKinde();
});
/** Pauses take no time, and are counted. */
let pauses: number[];
beforeEach(() => {
  pauses = [];
  const { setTimeout } = globalThis;
  vi.spyOn(globalThis, "setTimeout").mockImplementation((task, ms = 0) => {
    if (ms !== 5000) pauses.push(ms);
    return setTimeout(task, ms === 5000 ? ms : 0);
  });
});
afterEach(() => vi.restoreAllMocks());

test("the token is got with the client credentials, for the management API", async () => {
  await kinde.refreshClaims("kp_alice");
  expect(kinde.sent).toEqual([
    {
      url: `${DOMAIN}${TOKEN}`,
      authorization: null,
      form: {
        grant_type: "client_credentials",
        client_id: "machine",
        client_secret: SECRET,
        audience: `${DOMAIN}/api`,
      },
    },
    { url: `${DOMAIN}${pathOf("kp_alice")}`, authorization: "Bearer token-1", form: {} },
  ]);
});

test("one token is for all, until it ends", async () => {
  await Promise.all(["kp_alice", "kp_bob", "kp_carol"].map(kinde.refreshClaims));
  kinde.now = 3_500_000;
  await kinde.refreshClaims("kp_alice");
  expect(kinde.tokens).toBe(1);
  kinde.now = 3_571_000;
  await kinde.refreshClaims("kp_alice");
  expect(kinde.tokens).toBe(2);
});

test("a token without an end is used once", async () => {
  kinde.answers.push(Response.json({ access_token: "token-0" }));
  await kinde.refreshClaims("kp_alice");
  await kinde.refreshClaims("kp_alice");
  expect(kinde.sent.map(({ authorization }) => authorization)).toEqual([
    null,
    "Bearer token-0",
    null,
    "Bearer token-1",
  ]);
});

test("a token that Kinde takes back is replaced, once", async () => {
  await kinde.refreshClaims("kp_alice");
  kinde.answers.push(new Response(null, { status: 401 }));
  await kinde.refreshClaims("kp_alice");
  expect(kinde.sent.slice(2).map(({ authorization }) => authorization)).toEqual([
    "Bearer token-1",
    null,
    "Bearer token-2",
  ]);
  kinde.answers.push(new Response(null, { status: 401 }), Response.json({ access_token: "t" }));
  kinde.answers.push(new Response(null, { status: 401 }));
  await expect(kinde.refreshClaims("kp_alice")).rejects.toThrow("HTTP 401");
});

test("a user whom Kinde does not know has no claims to refresh", async () => {
  await kinde.refreshClaims("kp_alice");
  kinde.answers.push(new Response(null, { status: 404 }));
  await expect(kinde.refreshClaims("kp_nobody")).resolves.toBeUndefined();
});

test.each(["a/../../x", "a?b#c", "é"])("an id is one segment of a path, whatever is in it: %s", async (subject) => {
  await kinde.refreshClaims(subject);
  expect(kinde.paths().at(-1)).toBe(pathOf(encodeURIComponent(subject)));
});

test.each(["", ".", ".."])("what cannot be one is no id: %o", async (subject) => {
  await expect(kinde.refreshClaims(subject)).rejects.toThrow("not the id of a user");
  expect(kinde.sent).toEqual([]);
});

describe("what may pass", () => {
  test("is tried three times, each later than the one before", async () => {
    await kinde.refreshClaims("kp_alice");
    kinde.answers.push(new Error("down"), new Response(null, { status: 503 }));
    await kinde.refreshClaims("kp_bob");
    expect(kinde.paths().slice(2)).toEqual(Array(3).fill(pathOf("kp_bob")));
    const [first = 0, second = 0] = pauses.filter((ms) => ms > 0);
    expect([first >= 500, first <= 1000, second >= 1000, second <= 2000]).toEqual([true, true, true, true]);
    kinde.answers.push(...[1, 2, 3].map(() => new Response(null, { status: 500 })));
    await expect(kinde.refreshClaims("kp_bob")).rejects.toThrow("HTTP 500");
    expect(kinde.sent).toHaveLength(8);
  });

  test("is tried when Kinde says, if that is soon", async () => {
    await kinde.refreshClaims("kp_alice");
    kinde.answers.push(new Response(null, { status: 429, headers: { "retry-after": "7" } }));
    await kinde.refreshClaims("kp_bob");
    expect(pauses).toContain(7000);
    kinde.answers.push(new Response(null, { status: 429, headers: { "retry-after": "3600" } }));
    await expect(kinde.refreshClaims("kp_bob")).rejects.toThrow("HTTP 429");
    expect(kinde.sent).toHaveLength(5);
  });

  test("is tried for the token too, and what is refused is not", async () => {
    kinde.answers.push(new Response(null, { status: 502 }), new Response(null, { status: 403 }));
    await expect(kinde.refreshClaims("kp_alice")).rejects.toThrow("HTTP 403");
    expect(kinde.paths()).toEqual([TOKEN, TOKEN]);
    await kinde.refreshClaims("kp_alice");
    expect(kinde.tokens).toBe(1);
  });

  test("and a silence is an end, by the client's own clock", async () => {
    kinde = createKinde({ timeoutMs: 100 });
    kinde.answers.push("silence", "silence", "silence");
    await expect(kinde.refreshClaims("kp_alice")).rejects.toThrow("cannot be reached");
  });
});

describe("no secret and no token", () => {
  const leaking = new Error(`POST with ${SECRET} and token-1 failed`, { cause: { SECRET } });
  test.each<[what: string, answers: readonly (Response | Error)[]]>([
    ["the client's own errors", [leaking, leaking, leaking]],
    ["a refusal that quotes the request", [new Response(SECRET, { status: 400 })]],
    ["a redirect", [new Response(null, { status: 307, headers: { location: `https://evil.test/?${SECRET}` } })]],
    ["an answer that is no JSON", [new Response(SECRET)]],
    ["an answer that does not end", [new Response(SECRET.repeat(10_000))]],
  ])("is in an error, after %s", async (_, answers) => {
    kinde.answers.push(...answers);
    const error: unknown = await kinde.refreshClaims("kp_alice").catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
    const seen = JSON.stringify([
      error,
      Object.getOwnPropertyNames(error).map((name) => Reflect.get(Object(error), name)),
    ]);
    expect(seen).not.toContain(SECRET);
    expect(seen).not.toContain("token-1");
    expect(kinde.sent.every(({ url }) => url.startsWith(`${DOMAIN}/`))).toBe(true);
  });
});

test("no answer is held beyond what a token may be", async () => {
  kinde.answers.push(Response.json({ access_token: "t".repeat(70_000) }));
  await expect(kinde.refreshClaims("kp_alice")).rejects.toThrow("longer than");
});

test.each<object>([
  { domain: "http://example.kinde.com" },
  { domain: "example" },
  { clientId: "" },
  { clientSecret: undefined },
  { timeoutMs: 0 },
  { fetch: true },
  { secret: SECRET },
])("an option that does not hold is named, without its value: %o", (options) => {
  const create = () => createKindeManagement({ domain: DOMAIN, clientId: "m", clientSecret: SECRET, ...options });
  expect(create).toThrow(AuthzError);
  expect(create).toThrow(Object.keys(options).at(-1));
  expect(create).not.toThrow(SECRET);
});

describe("on a local Kinde", () => {
  let issuer: LocalKinde;
  beforeAll(async () => {
    issuer = await startLocalKinde({ config: await kindeConfig("http://localhost:5173") });
  });
  afterAll(() => issuer?.close());
  beforeEach(() => vi.restoreAllMocks());

  /** The issuer's own token endpoint takes no client credentials yet. */
  const send = async (url: string, init: RequestInit): Promise<Response> =>
    url.endsWith(TOKEN)
      ? Response.json({ access_token: await issuer.createManagementToken(), expires_in: 3600 })
      : fetch(url, init);

  test("the claims of a user are refreshed, and one who is not there has none", async () => {
    const statuses: number[] = [];
    const management = createKindeManagement({
      domain: issuer.url,
      clientId: "machine",
      clientSecret: SECRET,
      async fetch(url, init) {
        const response = await send(url, init);
        statuses.push(response.status);
        return response;
      },
    });
    await management.refreshClaims("kp_mara");
    await management.refreshClaims("kp_nobody");
    expect(statuses).toEqual([200, 200, 404]);
  });
});
