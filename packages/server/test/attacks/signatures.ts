import { encoded } from "../keys.ts";
// Tokens that the issuer did not sign.
import { type Attack, byPdp, onBoth, onGateway, onPdp, token } from "./attack.ts";
import { es256, hs256, type Signature, unsigned, writeToken } from "./forge.ts";
import { type World } from "./world.ts";

/** What the forger would like a token to say: an administrator's claims. */
const annsIn = (world: World): Promise<object> => world.claimsOf("ann");

/** Ann's claims under a header, with a signature of any kind. */
const forged =
  (header: object, signature: (world: World) => Signature) =>
  async (world: World): Promise<{ token: string }> => ({
    token: writeToken({ typ: "JWT", kid: world.issuerKey.kid, ...header }, await annsIn(world), signature(world)),
  });

/** Ann's claims, signed by a key of the attacker's. */
const ownSigned =
  (header: (world: World) => object) =>
  async (world: World): Promise<{ token: string }> => ({
    token: world.ownKey.sign(await annsIn(world), header(world)),
  });

/** Mallory's genuine token, after it was used once, with parts of it changed. */
const tampered =
  (change: (parts: [header: string, payload: string, signature: string], anns: object) => string) =>
  async (world: World): Promise<{ token: string }> => {
    const genuine = await world.token("mallory");
    const [header = "", payload = "", signature = ""] = genuine.split(".");
    // A PDP that keeps what it verified by the signature alone would find it.
    for (const url of [world.directUrl, world.gatewayUrl]) await world.ask(url, { token: genuine });
    world.forget();
    return { token: change([header, payload, signature], await annsIn(world)) };
  };

const publicForms: [name: string, secret: (world: World) => string | Buffer][] = [
  ["PEM (SPKI)", ({ issuerKey }) => issuerKey.publicKey.export({ type: "spki", format: "pem" })],
  [
    "PEM (SPKI) without its last line break",
    ({ issuerKey }) => issuerKey.publicKey.export({ type: "spki", format: "pem" }).trimEnd(),
  ],
  ["PEM (PKCS 1)", ({ issuerKey }) => issuerKey.publicKey.export({ type: "pkcs1", format: "pem" })],
  ["DER (SPKI)", ({ issuerKey }) => issuerKey.publicKey.export({ type: "spki", format: "der" })],
  ["JWK", ({ issuerKey }) => JSON.stringify(issuerKey.jwk)],
  ["the modulus", ({ issuerKey }) => Buffer.from(String(issuerKey.jwk["n"]), "base64url")],
  ["nothing", () => ""],
];

const genuine = (world: World): Signature => world.issuerKey.rs256;

const spellings = ["none", "None", "NONE", "nOnE"];

export const signatureAttacks: readonly Attack[] = [
  ...onBoth(
    "a genuine token's signature under an administrator's claims",
    tampered(([header, , signature], anns) => `${header}.${encoded(anns)}.${signature}`),
    token("token_signature"),
    byPdp,
  ),
  ...onBoth(
    "a genuine token's signature under a header of another type",
    tampered(
      ([header, payload, signature]) =>
        `${encoded({ ...JSON.parse(Buffer.from(header, "base64url").toString()), typ: "at+jwt" })}.${payload}.${signature}`,
    ),
    token("token_signature"),
    byPdp,
  ),
  ...onBoth(
    "a genuine token whose signature is cut off",
    tampered(([header, payload]) => `${header}.${payload}.`),
    token("token_malformed"),
    byPdp,
  ),
  ...onBoth(
    "a genuine token with one more part",
    tampered((parts) => [...parts, "x"].join(".")),
    token("token_malformed"),
    byPdp,
  ),
  onGateway(
    "a genuine token with padding, a second spelling of it",
    tampered(([header, payload, signature]) => `${header}.${payload}.${signature}==`),
    token("token_malformed"),
  ),
  onGateway(
    "a genuine token with a line break in it",
    tampered(([header, payload, signature]) => `${header}.${payload}\n.${signature}`),
    token("token_malformed"),
  ),
  ...onBoth(
    "an administrator's claims signed by a key of the attacker's under the name of the issuer's",
    ownSigned(() => ({})),
    token("token_signature"),
    byPdp,
  ),
  ...onBoth(
    "a token of another issuer's key that says our issuer",
    async (world) => ({
      token: await world.stranger.createToken({ person: "kp_ann", claims: { iss: world.kinde.url } }),
    }),
    token("token_key_unknown"),
    byPdp,
  ),

  ...publicForms.flatMap(([form, secret]) =>
    onBoth(
      `HS256 with the issuer's public key as the secret: ${form}`,
      forged({ alg: "HS256" }, (world) => hs256(secret(world))),
      token("token_algorithm"),
      byPdp,
    ),
  ),
  ...spellings.flatMap((alg) =>
    onBoth(
      `alg ${alg} without a signature`,
      forged({ alg }, () => unsigned),
      token("token_malformed"),
      byPdp,
    ),
  ),
  ...spellings.map((alg) =>
    onGateway(`alg ${alg} with a signature of the issuer's key`, forged({ alg }, genuine), token("token_algorithm")),
  ),
  ...spellings.map((alg) =>
    onPdp(
      `alg ${alg} with a signature of the attacker's key`,
      forged({ alg }, ({ ownKey }) => ownKey.rs256),
      byPdp,
    ),
  ),
  onGateway("no alg, with a signature of the issuer's key", forged({}, genuine), token("token_malformed")),
  onPdp(
    "no alg, with a signature of the attacker's key",
    forged({}, ({ ownKey }) => ownKey.rs256),
    byPdp,
  ),
  ...onBoth("alg as a list", forged({ alg: ["RS256"] }, genuine), token("token_malformed"), byPdp),
  ...onBoth("alg rs256 in small letters", forged({ alg: "rs256" }, genuine), token("token_algorithm"), byPdp),
  ...onBoth(
    "RS512 of the issuer's own key",
    forged({ alg: "RS512" }, ({ issuerKey }) => issuerKey.rs512),
    token("token_algorithm"),
    byPdp,
  ),
  ...onBoth(
    "PS256 of the issuer's own key",
    forged({ alg: "PS256" }, ({ issuerKey }) => issuerKey.ps256),
    token("token_algorithm"),
    byPdp,
  ),
  ...onBoth("ES256 under the name of an RSA key", forged({ alg: "ES256" }, es256), token("token_algorithm"), byPdp),
  ...onBoth(
    "RS256 that is PS256 in truth",
    forged({ alg: "RS256" }, ({ issuerKey }) => issuerKey.ps256),
    token("token_signature"),
    byPdp,
  ),

  ...(
    [
      ["a path to a file", "../../../../../../dev/null"],
      ["SQL", "key' UNION SELECT 'secret' --"],
      ["a shell command", "key; cat /etc/passwd |"],
      ["a template", "${jndi:ldap://127.0.0.1/a}"],
      ["a NUL", "\0"],
      ["__proto__", "__proto__"],
      ["60,000 characters", "k".repeat(60_000)],
    ] as const
  ).flatMap(([what, kid]) =>
    onBoth(
      `kid: ${what}`,
      ownSigned(() => ({ kid })),
      token("token_key_unknown"),
      byPdp,
    ),
  ),
  ...onBoth(
    "kid: an address of keys",
    ownSigned(({ trap }) => ({ kid: trap.url })),
    token("token_key_unknown"),
    byPdp,
  ),
  ...onBoth(
    "kid: none, though the signature is the issuer's",
    async (world) => ({ token: world.issuerKey.sign(await annsIn(world), { kid: undefined }) }),
    token("token_key_unknown"),
    byPdp,
  ),
  ...onBoth(
    "kid: a list, though the signature is the issuer's",
    async (world) => ({ token: world.issuerKey.sign(await annsIn(world), { kid: [world.issuerKey.kid] }) }),
    token("token_key_unknown"),
    byPdp,
  ),
  ...onBoth(
    "kid: that of another key of the issuer",
    async (world) => ({ token: world.issuerKey.sign(await annsIn(world), { kid: "next" }) }),
    token("token_key_unknown"),
    byPdp,
  ),

  ...onBoth(
    "jku: the attacker's keys",
    ownSigned(({ trap }) => ({ jku: `${trap.url}/jku` })),
    token("token_signature"),
    byPdp,
  ),
  ...onBoth(
    "jku: the attacker's keys, under a kid of theirs",
    ownSigned(({ trap }) => ({ kid: "evil", jku: `${trap.url}/jku` })),
    token("token_key_unknown"),
    byPdp,
  ),
  ...onBoth(
    "jku: the issuer's address, with the attacker's behind an @",
    ownSigned(({ trap, kinde }) => ({ kid: "evil", jku: `${kinde.url}@${new URL(trap.url).host}/jku` })),
    token("token_key_unknown"),
    byPdp,
  ),
  ...onBoth(
    "x5u: the attacker's chain",
    ownSigned(({ trap }) => ({ x5u: `${trap.url}/x5u` })),
    token("token_signature"),
    byPdp,
  ),
  ...onBoth(
    "jwk: the attacker's key in the header",
    ownSigned(({ ownKey }) => ({ jwk: ownKey.jwk })),
    token("token_signature"),
    byPdp,
  ),
  ...onBoth(
    "jwk: the attacker's key in the header, and no kid",
    ownSigned(({ ownKey }) => ({ kid: undefined, jwk: ownKey.jwk })),
    token("token_key_unknown"),
    byPdp,
  ),
  ...onBoth(
    "x5c: the attacker's certificate in the header",
    ownSigned(({ ownKey }) => ({ x5c: [ownKey.publicKey.export({ type: "spki", format: "der" }).toString("base64")] })),
    token("token_signature"),
    byPdp,
  ),
  onGateway(
    "crit: an extension that nobody knows",
    async (world) => ({ token: world.issuerKey.sign(await annsIn(world), { crit: ["believe"], believe: true }) }),
    token("token_malformed"),
  ),
  ...onBoth(
    "crit: b64, an unencoded payload",
    async (world) => ({ token: world.issuerKey.sign(await annsIn(world), { crit: ["b64"], b64: false }) }),
    token("token_malformed"),
    byPdp,
  ),
  ...onBoth(
    "a header that is no JSON",
    async (world) => ({ token: writeToken("RS256", await annsIn(world), genuine(world)) }),
    token("token_malformed"),
    byPdp,
  ),
  ...onBoth(
    "a payload that is a list",
    async (world) => ({ token: world.issuerKey.sign([await annsIn(world)]) }),
    token("token_malformed"),
    byPdp,
  ),
];
