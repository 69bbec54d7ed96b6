// Tokens that the issuer did sign, for something else.
import { type Attack, byPdp, type Decided, nothing, onBoth, onGateway, own, type Refused, token } from "./attack.ts";
import { ANNS, BOAST, PRINCIPALS, type World } from "./world.ts";

/** An administrator's token of the issuer, but for these claims; the principal is hers. */
const withClaims =
  (changes: object | ((world: World) => object)) =>
  async (world: World): Promise<{ token: string; body: object }> => ({
    token: world.issuerKey.sign(
      withHuge({ ...(await world.claimsOf("ann")), ...(typeof changes === "function" ? changes(world) : changes) }),
    ),
    body: { principal: BOAST },
  });

/** JSON has numbers that `JSON.stringify` does not write. */
const withHuge = (claims: object): string => JSON.stringify(claims).replace('"HUGE"', "1e999");

const anns: Decided = { as: "ann", allowed: ANNS };

const rows = (
  name: string,
  changes: object | ((world: World) => object),
  gateway: Refused | Decided,
  direct: Refused | Decided = nothing,
): Attack[] => onBoth(`token: ${name}`, withClaims(changes), gateway, direct);

const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds;

export const claimAttacks: readonly Attack[] = [
  ...rows("for another API", { aud: ["https://other.example.com"] }, token("token_audience")),
  ...rows(
    "for an API whose name begins with ours",
    { aud: ["https://api.example.com.evil.test"] },
    token("token_audience"),
  ),
  ...rows("for an API whose name is ours with a slash", { aud: ["https://api.example.com/"] }, token("token_audience")),
  ...rows("for our API and another application", { azp: "foreign" }, token("token_client")),
  ...rows("for no API and another application", { aud: [], azp: "foreign" }, token("token_client")),
  ...rows("for our API and no application", { azp: undefined }, token("token_client")),
  ...rows("for a list of applications", { azp: ["web"] }, token("token_client")),
  ...rows("for a list of APIs in a list", { aud: [["https://api.example.com"]] }, token("token_audience"), byPdp),
  ...onBoth(
    "token: genuine, of another application",
    async ({ kinde }) => ({
      token: await kinde.createToken({ person: "kp_ann", clientId: "foreign" }),
      body: { principal: BOAST },
    }),
    token("token_client"),
    nothing,
  ),
  ...onBoth(
    "token: genuine, of another Kinde domain",
    async ({ stranger }) => ({ token: await stranger.createToken({ person: "kp_ann" }), body: { principal: BOAST } }),
    token("token_key_unknown"),
    byPdp,
  ),
  ...rows("another issuer under our key", { iss: "https://elsewhere.kinde.com" }, token("token_issuer")),
  ...rows("our issuer with a slash", ({ kinde }) => ({ iss: `${kinde.url}/` }), token("token_issuer")),
  ...rows("our issuer in capitals", ({ kinde }) => ({ iss: kinde.url.toUpperCase() }), token("token_issuer")),
  ...rows("our issuer in a list", ({ kinde }) => ({ iss: [kinde.url] }), token("token_issuer"), byPdp),
  ...rows("no issuer", { iss: undefined }, token("token_issuer")),

  ...rows("expired", () => ({ exp: inSeconds(-60) }), token("token_expired"), byPdp),
  ...rows("without an end", { exp: undefined }, token("token_claims")),
  ...rows("with an end of null", { exp: null }, token("token_claims"), byPdp),
  ...rows("with an end that is a text", { exp: "never" }, token("token_claims"), byPdp),
  // Signed by the issuer, and it does end: the PDP reads the digits.
  ...rows(
    "with an end that is a text of digits",
    () => ({ exp: String(inSeconds(3600)) }),
    token("token_claims"),
    anns,
  ),
  ...rows("with an end that is true", { exp: true }, token("token_claims"), byPdp),
  // Kinde signs no such thing. To the PDP it is an end like any other.
  ...rows("with an end in a million years", { exp: 3e13 }, token("token_claims"), anns),
  ...rows("with an end of 1e300", { exp: 1e300 }, token("token_claims"), byPdp),
  ...rows("with an end beyond all numbers", { exp: "HUGE" }, token("token_claims"), byPdp),
  ...rows("with an end of 0", { exp: 0 }, token("token_expired"), byPdp),
  ...rows("with an end before time began", { exp: -1e15 }, token("token_expired"), byPdp),
  ...rows("not good before tomorrow", () => ({ nbf: inSeconds(86_400) }), token("token_not_yet_valid"), byPdp),
  ...rows("issued tomorrow", () => ({ iat: inSeconds(86_400) }), token("token_not_yet_valid"), byPdp),
  ...rows("issued at a text", { iat: "now" }, token("token_claims"), byPdp),

  ...rows(
    "an id token in the place of an access token",
    { aud: ["https://api.example.com"], at_hash: "abc", nonce: "n" },
    token("token_claims"),
  ),
  ...rows("an id token for the application alone", { aud: ["web"], at_hash: "abc" }, token("token_claims")),
  ...Object.entries({
    "client id and audience": {},
    "client id alone": { audience: undefined },
    "an audience that is the client id": { clientId: undefined, audience: "web" },
  }).flatMap(([given, options]) => [
    onGateway(
      `token: an id token without at_hash, by ${given}`,
      withClaims({ aud: ["web"], scp: undefined }),
      token("token_claims"),
      options,
    ),
    onGateway(
      `token: an id token with scopes, by ${given}`,
      withClaims({ aud: ["web"] }),
      token("token_claims"),
      options,
    ),
    onGateway(
      `token: an id token for no audience, by ${given}`,
      withClaims({ aud: [], scp: undefined }),
      token("token_claims"),
      options,
    ),
    onGateway(`token: an at_hash of null, by ${given}`, withClaims({ at_hash: null }), token("token_claims"), options),
    onGateway(`token: a nonce, by ${given}`, withClaims({ nonce: "n" }), token("token_claims"), options),
  ]),
  ...rows("without a user, as machines have", { sub: undefined }, token("token_claims")),
  ...rows("of a user that is a number", { sub: 1 }, token("token_claims"), byPdp),
  ...rows("of an empty user", { sub: "" }, token("token_claims")),
  ...rows("of a user in a list", { sub: ["kp_ann"] }, token("token_claims"), byPdp),
  onGateway(
    "token: with properties called __proto__ and constructor: they are names like any other",
    async (world) => ({
      token: world.issuerKey.sign({
        ...(await world.claimsOf("mallory")),
        user_properties: JSON.parse('{"__proto__":{"v":{"roles":["admin"]}},"constructor":{"v":"x"}}'),
      }),
    }),
    {
      ...own,
      principal: {
        ...PRINCIPALS.mallory,
        attr: {
          ...PRINCIPALS.mallory.attr,
          userProperties: JSON.parse('{"__proto__":{"roles":["admin"]},"constructor":"x"}'),
        },
      },
    },
  ),
];
