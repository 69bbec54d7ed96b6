// The issuer's keys through all that an issuer does: it answers, is down, hangs, sends garbage, rotates, takes back.
import { createTokenVerifier, Refusal, type TokenOptions } from "@kinde-cerbos/server";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { APP, claims, createKey, encoded, ISSUER, type Key, type KeyServer, NOW, serveKeys } from "./keys.ts";
import { serve } from "./serve.ts";

const key = await createKey("key-1");
const other = await createKey("key-2");
const JWKS = `${ISSUER}/.well-known/jwks`;
const MAX_AGE = 600_000;
const STALE = 3_600_000;
const COOLDOWN = 30_000;

let issuer: KeyServer;
let now: number;

const passes = (ms: number): void => void vi.setSystemTime((now += ms));

beforeEach(() => {
  issuer = serveKeys(key);
  now = NOW * 1000;
  passes(0);
  return () => void vi.useRealTimers();
});

const verifier = (changes: Partial<TokenOptions> = {}) =>
  createTokenVerifier({ issuer: ISSUER, clientId: APP, fetch: issuer.fetch, now: () => now, ...changes });

type Verify = (token: string) => Promise<unknown>;

/** A token that is good before and after all tests here. */
const tokenOf = (from: Key): Promise<string> => from.sign(claims({ iat: 0, exp: NOW * 2 }));

/** The reason of the refusal of a token of this key; `null` where it is good. */
const reasonOf = async (from: Key, verify: Verify): Promise<string | null> =>
  reasonOfToken(await tokenOf(from), verify);

async function reasonOfToken(token: string, verify: Verify): Promise<string | null> {
  try {
    await verify(token);
    return null;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.reason;
  }
}

const down = (): Promise<Response> => Promise.reject(new TypeError("fetch failed"));

/** An issuer that answers when it is told to. */
function slow(): { readonly answer: () => Promise<Response>; readonly go: (keys: readonly Key[]) => void } {
  const { promise, resolve } = Promise.withResolvers<Response>();
  return { answer: () => promise, go: (keys) => resolve(Response.json({ keys: keys.map(({ jwk }) => jwk) })) };
}

/** Answers without a key to verify with. */
const USELESS: [string, () => Response | Promise<Response>][] = [
  ["no network", down],
  ["an error", () => new Response("down", { status: 502 })],
  ["a redirect", () => new Response(null, { status: 302, headers: { location: "https://evil.example.com/keys" } })],
  ["nothing", () => new Response(null, { status: 204 })],
  ["a page", () => new Response("<!doctype html>")],
  ["another JSON", () => Response.json({ keys: "none" })],
  ["null", () => Response.json(null)],
  ["no keys", () => Response.json({ keys: [] })],
  ["keys that are null", () => Response.json({ keys: [null] })],
  ["a key without a name", () => Response.json({ keys: [{ ...key.jwk, kid: undefined }] })],
  ["a key for encryption", () => Response.json({ keys: [{ ...key.jwk, use: "enc" }] })],
  ["a key that may only sign", () => Response.json({ keys: [{ ...key.jwk, key_ops: ["sign"] }] })],
  ["a key for another algorithm", () => Response.json({ keys: [{ ...key.jwk, alg: "RS512" }] })],
  ["a secret", () => Response.json({ keys: [{ kty: "oct", kid: "key-1", alg: "HS256", k: "AAAA" }] })],
  ["a key that is garbage", () => Response.json({ keys: [{ ...key.jwk, n: "!" }] })],
  [
    "a key of 1024 bits",
    () => Response.json({ keys: [{ ...key.jwk, n: String(Reflect.get(key.jwk, "n")).slice(0, 171) }] }),
  ],
  ["two keys of one name", () => Response.json({ keys: [key.jwk, { ...other.jwk, kid: "key-1" }] })],
  ["more than any issuer has", () => new Response(`${JSON.stringify({ keys: [key.jwk] })}${" ".repeat(262_144)}`)],
];

describe("the issuer's keys", () => {
  test("are fetched once, for all who wait", async () => {
    const verify = verifier();
    expect(await Promise.all(Array.from({ length: 20 }, () => reasonOf(key, verify)))).toEqual(Array(20).fill(null));
    expect(issuer.urls).toEqual([JWKS]);
  });

  test("are fetched for no token that can be refused without", async () => {
    const token = `${encoded({ alg: "none" })}.${encoded(claims())}.AAAA`;
    await expect(verifier()(token)).rejects.toMatchObject({ reason: "token_algorithm" });
    expect(issuer.urls).toEqual([]);
  });

  test("are fetched from jwksUrl where that is another address", async () => {
    const jwksUrl = "https://keys.example.com/?of=kinde/";
    expect(await reasonOf(key, verifier({ jwksUrl }))).toBeNull();
    expect(issuer.urls).toEqual([jwksUrl]);
  });

  test("that stand beside useless ones count", async () => {
    issuer.answer = () =>
      Response.json({ keys: [null, { kty: "oct", kid: "key-1", k: "AAAA" }, key.jwk, { ...other.jwk, use: "enc" }] });
    const verify = verifier();
    expect([await reasonOf(key, verify), await reasonOf(other, verify)]).toEqual([null, "token_key_unknown"]);
  });

  test("that are taken back are unknown once the keys are fetched again, all at once", async () => {
    const verify = verifier();
    await reasonOf(key, verify);
    issuer.keys = [other];
    passes(MAX_AGE);
    expect([await reasonOf(key, verify), await reasonOf(other, verify)]).toEqual(["token_key_unknown", null]);
    expect(issuer.urls).toHaveLength(2);
  });

  test("that are rotated are learned once the pause is over, and not before", async () => {
    const verify = verifier();
    await reasonOf(key, verify);
    issuer.keys = [key, other];
    // Whoever sends names of keys does not make us ask the issuer each time.
    passes(COOLDOWN - 1);
    for (let sent = 0; sent < 5; sent += 1) expect(await reasonOf(other, verify)).toBe("token_key_unknown");
    expect(issuer.urls).toHaveLength(1);
    passes(1);
    expect(await Promise.all([reasonOf(other, verify), reasonOf(other, verify)])).toEqual([null, null]);
    expect(issuer.urls).toHaveLength(2);
  });

  test("are never out of reach of a clock that was set back", async () => {
    const verify = verifier();
    await reasonOf(key, verify);
    passes(-86_400_000);
    issuer.keys = [key, other];
    expect(await reasonOf(key, verify)).toBeNull();
    passes(COOLDOWN);
    expect(await reasonOf(other, verify)).toBeNull();
    issuer.answer = down;
    passes(-86_400_000);
    expect(await reasonOf(key, verify)).toBeNull();
    // From then on they last as long as any, and not a day longer.
    passes(MAX_AGE + STALE);
    expect(await reasonOf(key, verify)).toBe("issuer_unavailable");
  });
});

describe("without any keys yet", () => {
  test.each(USELESS)("%s is no reason to believe, and not to ask at once again", async (_, answer) => {
    const verify = verifier();
    issuer.answer = answer;
    for (let sent = 0; sent < 5; sent += 1) expect(await reasonOf(key, verify)).toBe("issuer_unavailable");
    expect(issuer.urls).toHaveLength(1);
    issuer.answer = undefined;
    passes(1000);
    expect(await reasonOf(key, verify)).toBeNull();
  });

  test("no answer at all is given up, also by a fetch that knows no signal", { timeout: 20_000 }, async () => {
    issuer.answer = () => new Promise(() => {});
    const verify = verifier();
    expect(await reasonOf(key, verify)).toBe("issuer_unavailable");
    issuer.answer = undefined;
    passes(1000);
    expect(await reasonOf(key, verify)).toBeNull();
  });
});

describe("while the issuer is down", () => {
  test("a forged token each second makes no honest one fail", async () => {
    const verify = verifier();
    await reasonOf(key, verify);
    issuer.answer = down;
    const before = issuer.urls.length;
    const honest = await tokenOf(key);
    const refused: (string | null)[] = [];
    // Ten minutes of fresh keys, and an hour of stale ones.
    for (let second = 1; second < (MAX_AGE + STALE) / 1000; second += 1) {
      passes(1000);
      const forged = `${encoded({ alg: "RS256", kid: `forged-${second}` })}.${encoded(claims())}.AAAA`;
      expect(await reasonOfToken(forged, verify)).toMatch(/^(?:token_key_unknown|issuer_unavailable)$/);
      const reason = await reasonOfToken(honest, verify);
      if (reason !== null) refused.push(reason);
    }
    expect(refused).toEqual([]);
    // While they are fresh it is only the forged who make the issuer be asked, once in half a minute; then it is once a
    // second.
    expect(issuer.urls.length - before).toBeLessThanOrEqual(MAX_AGE / COOLDOWN + STALE / 1000);
    passes(1000);
    expect(await reasonOf(key, verify)).toBe("issuer_unavailable");
    issuer.answer = undefined;
    passes(1000);
    expect(await reasonOf(key, verify)).toBeNull();
  });

  test.each(USELESS)("%s does not take the place of good keys", async (_, answer) => {
    const verify = verifier();
    await reasonOf(key, verify);
    issuer.answer = answer;
    passes(MAX_AGE);
    expect(await reasonOf(key, verify)).toBeNull();
    expect(issuer.urls).toHaveLength(2);
    passes(STALE - 1);
    expect(await reasonOf(key, verify)).toBeNull();
    passes(1);
    expect(await reasonOf(key, verify)).toBe("issuer_unavailable");
  });

  test("keys that are no longer fresh are not used where jwksStaleMs is 0", async () => {
    const verify = verifier({ jwksStaleMs: 0 });
    await reasonOf(key, verify);
    issuer.answer = down;
    passes(MAX_AGE - 1);
    expect(await reasonOf(key, verify)).toBeNull();
    passes(1);
    expect(await reasonOf(key, verify)).toBe("issuer_unavailable");
  });

  test("a token of a new key is told to come again, and is taken once the issuer is back", async () => {
    const verify = verifier();
    await reasonOf(key, verify);
    issuer.answer = down;
    passes(COOLDOWN);
    expect(await reasonOf(other, verify)).toBe("issuer_unavailable");
    issuer.answer = undefined;
    issuer.keys = [other];
    passes(COOLDOWN);
    expect([await reasonOf(other, verify), await reasonOf(key, verify)]).toEqual([null, "token_key_unknown"]);
  });

  test("unknown names make it be asked once in a pause of 0 too, and once a second while it fails", async () => {
    const verify = verifier({ jwksCooldownMs: 0 });
    await reasonOf(key, verify);
    issuer.answer = down;
    for (let sent = 0; sent < 5; sent += 1) await reasonOf(other, verify);
    expect(issuer.urls).toHaveLength(2);
    passes(1000);
    await Promise.all(Array.from({ length: 5 }, () => reasonOf(other, verify)));
    expect(issuer.urls).toHaveLength(3);
  });
});

describe("while the issuer hangs", () => {
  test("no token of a known key waits for it, and its answer counts when it comes", async () => {
    const verify = verifier();
    await reasonOf(key, verify);
    const late = slow();
    issuer.answer = late.answer;
    // Fresh: somebody else's reload is no reason to wait.
    passes(COOLDOWN);
    const unknown = reasonOf(other, verify);
    expect(await reasonOf(key, verify)).toBeNull();
    // Stale: for a moment, and not until its end.
    passes(MAX_AGE);
    expect(await Promise.all([reasonOf(key, verify), reasonOf(key, verify)])).toEqual([null, null]);
    expect(issuer.urls).toHaveLength(2);
    late.go([other]);
    expect(await unknown).toBeNull();
    expect(await reasonOf(key, verify)).toBe("token_key_unknown");
  });
});

// By the platform's own fetch: what it would follow is not seen by one in memory.
test("a redirect to other keys is not followed", async () => {
  vi.useRealTimers();
  let isAsked = false;
  await using elsewhere = await serve((_, response) => {
    isAsked = true;
    response.end(JSON.stringify({ keys: [other.jwk] }));
  });
  await using redirecting = await serve(
    (_, response) => void response.writeHead(302, { location: elsewhere.url }).end(),
  );
  expect(await reasonOf(other, verifier({ jwksUrl: redirecting.url, fetch: undefined }))).toBe("issuer_unavailable");
  expect(isAsked).toBe(false);
});
