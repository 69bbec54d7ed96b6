import { createPublicKey } from "node:crypto";
import { type LocalKinde } from "@kinde-cerbos/local-kinde";
import { compactVerify, createLocalJWKSet, decodeJwt, decodeProtectedHeader, type JSONWebKeySet } from "jose";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  tamperedTokens,
  tokensOfAnotherKey,
  tokensSignedWithPublicKey,
  unsignedTokens,
} from "../src/doctor/forgery.ts";
import { readToken } from "../src/doctor/options.ts";
import { type Token } from "../src/doctor/token.ts";
import { PERSON, startIssuer } from "./support/issuer.ts";

// A PDP refuses a clumsy forgery as it does a good one: what each of them is has to be seen by itself.

let kinde: LocalKinde;
let token: Token;
let jwks: JSONWebKeySet;

beforeAll(async () => {
  kinde = await startIssuer();
  token = readToken("test", await kinde.createToken({ person: PERSON }));
  jwks = JSON.parse(await (await fetch(`${kinde.url}/.well-known/jwks`)).text());
});

afterAll(() => kinde.close());

test("tampered tokens have the genuine signature, and one thing that is not genuine", () => {
  const forgeries = tamperedTokens(token);

  expect(forgeries.map(({ text }) => text.split(".")[2])).toEqual(forgeries.map(() => token.signature));
  const changed = forgeries.map(({ text }) => {
    const claims = decodeJwt(text);
    const header: { readonly [name: string]: unknown } = decodeProtectedHeader(text);
    return Object.keys(claims)
      .filter((name) => JSON.stringify(claims[name]) !== JSON.stringify(token.claims[name]))
      .concat(Object.keys(header).filter((name) => header[name] !== token.header[name]));
  });
  expect(changed).toEqual([["sub"], ["exp"], ["iss"], ["aud"], ["azp"], ["org_code"], ["roles"], ["alg"]]);
});

test("what is asked with a forged token is asked in the name of its subject", () => {
  expect(tamperedTokens(token).map(({ text, subject }) => decodeJwt(text).sub === subject)).not.toContain(false);
});

test("tokens signed with the public key are good to a verifier that takes it for a secret", async () => {
  const [jwk] = jwks.keys;
  const key = createPublicKey({ key: { ...jwk }, format: "jwk" });
  const pem = key.export({ type: "spki", format: "pem" });
  const secrets = [
    pem,
    pem.trimEnd(),
    key.export({ type: "pkcs1", format: "pem" }),
    key.export({ type: "spki", format: "der" }),
  ];

  const forgeries = tokensSignedWithPublicKey(token, key);

  expect(forgeries).toHaveLength(secrets.length);
  for (const [index, secret] of secrets.entries()) {
    const { protectedHeader } = await compactVerify(forgeries[index]!.text, Buffer.from(secret));
    expect(protectedHeader).toEqual({ ...token.header, alg: "HS256" });
  }
});

test("unsigned tokens have no signature, and say so", () => {
  expect(unsignedTokens(token).map(({ text }) => [decodeProtectedHeader(text).alg, text.split(".")[2]])).toEqual([
    ["none", ""],
    ["None", ""],
    ["NONE", ""],
  ]);
});

test("tokens of another key are refused by the issuer's, and have genuine claims", async () => {
  const forgeries = await tokensOfAnotherKey(token);

  expect(forgeries.map(({ text }) => decodeProtectedHeader(text).kid)).toEqual([
    token.header["kid"],
    token.header["kid"],
    "kinde-cerbos-doctor",
    undefined,
    "kinde-cerbos-doctor",
  ]);
  for (const { text } of forgeries) {
    expect(decodeJwt(text)).toEqual(token.claims);
    await expect(compactVerify(text, createLocalJWKSet(jwks))).rejects.toThrow(
      /signature verification failed|no applicable key/,
    );
  }
  // The last one is good to a verifier that believes the key in its header.
  const { jwk } = decodeProtectedHeader(forgeries.at(-1)!.text);
  await compactVerify(forgeries.at(-1)!.text, createLocalJWKSet({ keys: [{ kty: "RSA", ...jwk }] }));
});
