import { createHmac, createPublicKey } from "node:crypto";
import { AuthzError } from "@kinde-cerbos/core";
import { createTokenVerifier, Refusal, type TokenOptions } from "@kinde-cerbos/server";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { API, APP, claims, createKey, encoded, ISSUER, type KeyServer, NOW, respelled, serveKeys } from "./keys.ts";

const key = await createKey("key-1");
const other = await createKey("key-2");
/** Somebody else's key under the name of the issuer's. */
const impostor = await createKey("key-1");
const publicPem = createPublicKey({ key: JSON.parse(JSON.stringify(key.jwk)), format: "jwk" }).export({
  type: "spki",
  format: "pem",
});

let issuer: KeyServer;
let now: number;

beforeEach(() => {
  issuer = serveKeys(key);
  now = NOW * 1000;
  vi.setSystemTime(now);
  return () => void vi.useRealTimers();
});

const verifier = (changes: Partial<TokenOptions> = {}) =>
  createTokenVerifier({
    issuer: ISSUER,
    audience: API,
    clientId: APP,
    fetch: issuer.fetch,
    now: () => now,
    ...changes,
  });

/** The reason of the refusal; `null` where the token is good. */
async function reasonOf(token: string, verify = verifier()): Promise<string | null> {
  try {
    await verify(token);
    return null;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    // Whatever is wrong, nobody reads the token or what it says in the message.
    const secrets = [...token.split("."), "kp_alice", "org_acme"].filter(({ length }) => length > 4);
    return secrets.some((secret) => error.message.includes(secret)) ? `quoted: ${error.message}` : error.reason;
  }
}

describe("claims", () => {
  test.each<[string, object, string | null]>([
    ["a good token", {}, null],
    ["another issuer", { iss: "https://other.kinde.com" }, "token_issuer"],
    ["the issuer with a slash", { iss: `${ISSUER}/` }, "token_issuer"],
    ["the issuer as a prefix", { iss: `${ISSUER}.evil.com` }, "token_issuer"],
    ["no issuer", { iss: undefined }, "token_issuer"],
    ["no subject", { sub: undefined }, "token_claims"],
    ["no end", { exp: undefined }, "token_claims"],
    ["an end that is a text", { exp: String(NOW + 3600) }, "token_claims"],
    ["past its end by 4 s", { exp: NOW - 4 }, null],
    ["past its end by 6 s", { exp: NOW - 6 }, "token_expired"],
    ["issued in 4 s", { iat: NOW + 4 }, null],
    ["issued in 6 s", { iat: NOW + 6 }, "token_not_yet_valid"],
    ["issued at a text", { iat: "yesterday" }, "token_claims"],
    ["no time of issue", { iat: undefined }, null],
    ["good in 4 s", { nbf: NOW + 4 }, null],
    ["good in 6 s", { nbf: NOW + 6 }, "token_not_yet_valid"],
    ["good from a text", { nbf: "tomorrow" }, "token_claims"],
    ["another audience", { aud: ["https://other.example.com"] }, "token_audience"],
    ["another audience as a text", { aud: "https://other.example.com" }, "token_audience"],
    ["one audience of several", { aud: ["https://other.example.com", API] }, null],
    ["the audience as a text", { aud: API }, null],
    ["the audience as a prefix", { aud: [`${API}.evil.com`] }, "token_audience"],
    ["an empty audience, by the application", { aud: [] }, null],
    ["no audience, by the application", { aud: undefined }, null],
    ["another application", { azp: "other" }, "token_client"],
    ["another application, without an audience", { aud: [], azp: "other" }, "token_client"],
    ["no application", { azp: undefined }, "token_client"],
    ["an application that is a list", { azp: [APP] }, "token_client"],
    ["an id token", { at_hash: "x", nonce: "y" }, "token_claims"],
    ["what only an id token has: the hash of an access token", { at_hash: "x" }, "token_claims"],
    ["a hash that is null", { at_hash: null }, "token_claims"],
    ["a hash that is empty", { at_hash: "" }, "token_claims"],
    ["what only an id token has: a nonce", { nonce: "y" }, "token_claims"],
    ["a nonce that is null", { nonce: null }, "token_claims"],
    ["an audience that is the application", { aud: [APP] }, "token_claims"],
    ["an audience that is the application, as a text", { aud: APP }, "token_claims"],
    ["an audience with the application in it", { aud: [API, APP] }, "token_claims"],
    ["no scopes, which access tokens have", { scp: undefined }, "token_claims"],
    ["scopes that are null", { scp: null }, "token_claims"],
    ["scopes that are a text", { scp: "openid" }, "token_claims"],
    ["an empty list of scopes", { scp: [] }, null],
  ])("%s", async (_, changes, reason) => {
    expect(await reasonOf(await key.sign(claims(changes)))).toBe(reason);
  });

  test.each<[string, Partial<TokenOptions>, object, string | null]>([
    ["audience alone: any application", { clientId: undefined }, { azp: "other" }, null],
    ["audience alone: none is not enough", { clientId: undefined }, { aud: [] }, "token_audience"],
    ["audience alone: another is refused", { clientId: undefined }, { aud: ["x"] }, "token_audience"],
    ["application alone: any audience", { audience: undefined }, { aud: ["x"] }, null],
    [
      "application alone: an id token is refused",
      { audience: undefined },
      { aud: [APP], scp: undefined },
      "token_claims",
    ],
    ["application alone: an id token with scopes is refused", { audience: undefined }, { aud: [APP] }, "token_claims"],
    [
      "application alone: an id token for the Kinde domain is refused",
      { audience: undefined },
      { aud: [ISSUER], scp: undefined },
      "token_claims",
    ],
    [
      "audience alone: an id token for it is refused",
      { clientId: undefined, audience: APP },
      { aud: [APP] },
      "token_claims",
    ],
    [
      "audience alone: an id token without an application is refused",
      { clientId: undefined, audience: APP },
      { aud: [APP], azp: undefined, scp: undefined },
      "token_claims",
    ],
    ["application alone: another is refused", { audience: undefined }, { azp: "x" }, "token_client"],
    ["one of several audiences", { audience: ["a", "b"] }, { aud: ["b"] }, null],
    ["one of several applications", { clientId: ["a", "b"] }, { azp: "b" }, null],
    ["no skew", { clockSkewMs: 0 }, { exp: NOW }, "token_expired"],
    ["an issuer option with a slash", { issuer: `${ISSUER}/` }, {}, null],
  ])("%s", async (_, options, changes, reason) => {
    expect(await reasonOf(await key.sign(claims(changes)), verifier(options))).toBe(reason);
  });
});

const [header = "", payload = "", signature = ""] = (await key.sign(claims())).split(".");
/** What the bearer of a good token would like it to say. */
const boast = encoded(claims({ permissions: ["all"] }));

/** HMAC with the public key as its secret, which everybody knows. */
function hs256(): string {
  const signed = `${encoded({ alg: "HS256", typ: "JWT", kid: "key-1" })}.${boast}`;
  return `${signed}.${createHmac("sha256", publicPem).update(signed).digest("base64url")}`;
}

describe("signatures", () => {
  test.each<[string, string | Promise<string>, string]>([
    ["other claims under a genuine signature", `${header}.${boast}.${signature}`, "token_signature"],
    [
      "another header under a genuine signature",
      `${encoded({ alg: "RS256", kid: "key-1" })}.${payload}.${signature}`,
      "token_signature",
    ],
    ["somebody else's key under a known name", impostor.sign(claims()), "token_signature"],
    ["a key that is unknown", other.sign(claims()), "token_key_unknown"],
    ["no name of a key", key.sign(claims(), { kid: undefined }), "token_key_unknown"],
    ["an empty name of a key", key.sign(claims(), { kid: "" }), "token_key_unknown"],
    ["a path as the name of a key", key.sign(claims(), { kid: "../../../../dev/null" }), "token_key_unknown"],
    ["a query as the name of a key", key.sign(claims(), { kid: "key-1' OR '1'='1" }), "token_key_unknown"],
    ["alg none", `${encoded({ alg: "none", kid: "key-1" })}.${boast}.`, "token_malformed"],
    [
      "alg none with the signature",
      `${encoded({ alg: "none", kid: "key-1" })}.${boast}.${signature}`,
      "token_algorithm",
    ],
    ["alg None", `${encoded({ alg: "None", kid: "key-1" })}.${boast}.${signature}`, "token_algorithm"],
    ["no alg", `${encoded({ kid: "key-1" })}.${boast}.${signature}`, "token_malformed"],
    ["HS256 with the public key as its secret", hs256(), "token_algorithm"],
    [
      "RS512 with the same key",
      `${encoded({ alg: "RS512", kid: "key-1" })}.${payload}.${signature}`,
      "token_algorithm",
    ],
    [
      "a critical extension",
      `${encoded({ alg: "RS256", kid: "key-1", crit: ["exp"], exp: 1 })}.${payload}.${signature}`,
      "token_malformed",
    ],
    ["no signature", `${header}.${payload}.`, "token_malformed"],
    ["two parts", `${header}.${payload}`, "token_malformed"],
    ["five parts, as encrypted ones have", `${header}.a.b.c.d`, "token_malformed"],
    ["no text", "", "token_malformed"],
  ])("%s", async (_, token, reason) => {
    expect(await reasonOf(await token)).toBe(reason);
  });

  test.each<[string, object]>([
    ["jku", { jku: "https://evil.example.com/keys" }],
    ["x5u", { x5u: "https://evil.example.com/chain" }],
    ["jwk", { jwk: impostor.jwk }],
  ])("a header's own %s is not followed", async (_, own) => {
    expect(await reasonOf(await impostor.sign(claims(), own))).toBe("token_signature");
    expect(await reasonOf(await other.sign(claims(), own))).toBe("token_key_unknown");
    expect(new Set(issuer.urls)).toEqual(new Set([`${ISSUER}/.well-known/jwks`]));
  });
});

describe("spellings", () => {
  test("of a signature of 256 bytes there are 16, and one counts", async () => {
    const spellings = respelled(signature, 4);
    expect(new Set(spellings.map((spelling) => Buffer.from(spelling, "base64url").toString("hex"))).size).toBe(1);
    const reasons = await Promise.all(spellings.map((spelling) => reasonOf(`${header}.${payload}.${spelling}`)));
    expect(reasons.filter((reason) => reason === "token_malformed")).toHaveLength(15);
    expect(spellings[reasons.indexOf(null)]).toBe(signature);
  });

  test.each([
    ["two bits", 2],
    ["four bits", 4],
  ])("of a header and claims with %s to spare are one, also where the issuer signed another", async (_, spare) => {
    // So long that there are as many bits to spare.
    const padded = (value: object): string => {
      const parts = ["", "x", "xx"].map((filler) => encoded({ ...value, filler }));
      return parts.find(({ length }) => length % 4 === (spare === 4 ? 2 : 3)) ?? "";
    };
    const [head, body] = [padded({ alg: "RS256", typ: "JWT", kid: "key-1" }), padded(claims())];
    const signed = [
      ...respelled(head, spare).map((spelling) => `${spelling}.${body}`),
      ...respelled(body, spare).map((spelling) => `${head}.${spelling}`),
    ];
    for (const parts of signed) {
      expect(await reasonOf(key.signText(parts))).toBe(parts === `${head}.${body}` ? null : "token_malformed");
    }
  });

  test.each<[string, string]>([
    ["padding", `${header}.${payload}.${signature}==`],
    ["a space before it", ` ${header}.${payload}.${signature}`],
    ["a line after it", `${header}.${payload}.${signature}\n`],
    ["a line in it", `${header}.${payload}.${signature.slice(0, 9)}\n${signature.slice(9)}`],
    ["the other alphabet", `${header}.${payload}.${signature.slice(0, -4)}+/8A`],
    ["a character too many", `${header}.${payload}.${signature}AAA`],
    ["a part of one character", `${header}.${payload}.A`],
  ])("with %s are none", async (_, token) => {
    expect(await reasonOf(token)).toBe("token_malformed");
  });
});

test.each<[string, object]>([
  ["audience or clientId", { audience: undefined, clientId: undefined }],
  ["audience or clientId", { audience: [], clientId: [] }],
  ["audience", { audience: [""] }],
  ["clientId", { clientId: 1 }],
  ["issuer", { issuer: "example.kinde.com" }],
  ["issuer", { issuer: undefined }],
  ["jwksUrl", { jwksUrl: "file:///keys" }],
  ["clockSkewMs", { clockSkewMs: 3_600_000 }],
  ["jwksMaxAgeMs", { jwksMaxAgeMs: Infinity }],
])("an option that does not hold is named: %s", (name, changes) => {
  expect(() => verifier(changes)).toThrow(AuthzError);
  expect(() => verifier(changes)).toThrow(name);
});
