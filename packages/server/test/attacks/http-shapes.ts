// HTTP that two servers would read in two ways, and what else is in a request but its body.
import { type Attack, decided, invalid, notHttp, onGateway, onWire, own, refused, token } from "./attack.ts";
import { exchange, head } from "./wire.ts";
import { ANNS, type World } from "./world.ts";

const missing = token("token_missing");
const notFound = refused(404, 5, "not_found");
/** By the Node adapter, before there is a request for the gateway. */
const badTarget = refused(400, 3, null);
const notAllowed = refused(405, 12, "method_not_allowed");

/** The honest body, of which the token is in the header or nowhere. */
const bare = async (world: World): Promise<string> => String(await world.bodyOf({ token: null }));
const bearer = async (world: World): Promise<string> => `authorization: Bearer ${await world.token("mallory")}`;

/** The honest request under a head of other lines. */
const shaped =
  (lines: (length: number) => readonly string[], target?: string) =>
  async (world: World): Promise<string[]> => {
    const body = String(await world.bodyOf());
    return [head(lines(Buffer.byteLength(body)), target), body];
  };

/** The body without its token, under these lines. */
const bareUnder =
  (lines: (world: World) => Promise<readonly string[]>) =>
  async (world: World): Promise<string[]> => {
    const body = await bare(world);
    return [head([...(await lines(world)), `content-length: ${body.length}`]), body];
  };

const asChunk = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;

/** A request of Ann's, hidden behind one of Mallory's: with her token it would be answered. */
const smuggled = async (world: World): Promise<string> => {
  const body = String(await world.bodyOf({ token: await world.token("ann") }));
  return head([`content-length: ${body.length}`]) + body;
};

/** Each target with the honest request. */
const target = (what: string, path: string, expected: Attack["expected"]): Attack =>
  onWire(
    `target: ${what}`,
    shaped((length) => [`content-length: ${length}`], path),
    expected,
  );

export const httpAttacks: readonly Attack[] = [
  onWire(
    "smuggling: a length and chunks",
    async (world) => [head(["content-length: 5", "transfer-encoding: chunked"]) + `0\r\n\r\n${await smuggled(world)}`],
    notHttp,
  ),
  onWire(
    "smuggling: chunks and a length",
    async (world) => [head(["transfer-encoding: chunked", "content-length: 5"]) + `0\r\n\r\n${await smuggled(world)}`],
    notHttp,
  ),
  onWire(
    "smuggling: two lengths",
    shaped((length) => [`content-length: ${length}`, "content-length: 1"]),
    notHttp,
  ),
  onWire(
    "smuggling: two lengths that are the same",
    shaped((length) => [`content-length: ${length}`, `content-length: ${length}`]),
    notHttp,
  ),
  onWire(
    "smuggling: a list of lengths",
    shaped((length) => [`content-length: ${length}, ${length}`]),
    notHttp,
  ),
  onWire(
    "smuggling: a length with a sign",
    shaped((length) => [`content-length: +${length}`]),
    notHttp,
  ),
  onWire(
    "smuggling: a length in base 16",
    shaped((length) => [`content-length: 0x${length.toString(16)}`]),
    notHttp,
  ),
  onWire(
    "smuggling: a length below 0",
    shaped(() => ["content-length: -1"]),
    notHttp,
  ),
  onWire(
    "smuggling: chunks under another spelling",
    shaped(() => ["transfer-encoding: xchunked"]),
    notHttp,
  ),
  onWire(
    "smuggling: chunks that are not last",
    shaped(() => ["transfer-encoding: chunked, identity"]),
    notHttp,
  ),
  onWire(
    "smuggling: chunks, and a tab before the word",
    async (world) => [head(["content-length: 4", "transfer-encoding:\tchunked"]) + `0\r\n\r\n${await smuggled(world)}`],
    notHttp,
  ),
  onWire(
    "smuggling: a space before the colon",
    shaped((length) => [`content-length : ${length}`]),
    notHttp,
  ),
  onWire(
    "smuggling: a header that goes on in the next line",
    shaped((length) => [`content-length: ${length}`, "authorization: Bearer", " e30.e30.x"]),
    notHttp,
  ),
  onWire(
    "smuggling: a chunk with a size in words",
    async () => [head(["transfer-encoding: chunked"]), "five\r\n12345\r\n0\r\n\r\n"],
    notHttp,
  ),
  onWire(
    "smuggling: a chunk that is longer than it says",
    async () => [head(["transfer-encoding: chunked"]), "1\r\n12345\r\n0\r\n\r\n"],
    notHttp,
  ),
  onWire(
    "smuggling: lines that end without a carriage return",
    async (world) => [`${head([`content-length: 5`]).replaceAll("\r\n", "\n")}${await smuggled(world)}`],
    notHttp,
  ),
  onWire(
    "a length that is less than the body",
    shaped((length) => [`content-length: ${length - 1}`]),
    notHttp,
  ),
  onWire(
    "a length that is far beyond the limit, with nothing behind",
    async () => [head(["content-length: 1000000000"])],
    refused(413, 8, "body_too_large"),
  ),
  onWire(
    "a token in a trailer, after the body",
    async (world) => [
      head(["transfer-encoding: chunked", "trailer: authorization"]) +
        `${asChunk(await bare(world))}0\r\n${await bearer(world)}\r\n\r\n`,
    ],
    missing,
  ),
  onWire("a request line without a version", async () => ["POST /api/check/resources\r\n\r\n"], invalid),
  onWire("HTTP/2 without a word before", async () => ["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"], notHttp),
  onWire(
    "an upgrade to HTTP/2",
    shaped((length) => [
      `content-length: ${length}`,
      "connection: upgrade, http2-settings",
      "upgrade: h2c",
      "http2-settings: AAMAAABkAAQAAP__",
    ]),
    own,
  ),
  onWire(
    "headers of 20 KB",
    shaped((length) => [`content-length: ${length}`, `x-fill: ${"x".repeat(20_000)}`]),
    refused(431, null, null),
  ),

  target("of another server", "http://evil.test/api/check/resources", own),
  target("with two slashes before it: a host for some", "//evil.test/api/check/resources", own),
  target("with dots in %2e", "/api/check/%2e%2e/%2e%2e/admin", badTarget),
  target("with dots that lead to the admin API", "/api/check/resources/../../../admin/policies", badTarget),
  target("of the PDP's admin API", "/admin/policies", notFound),
  target("of the PDP's metrics", "/_cerbos/metrics", notFound),
  target("of the PDP's older API", "/api/check", notFound),
  target("with dots that lead from elsewhere to the gateway", "/public/../api/check/resources", badTarget),
  target("with a backslash", "/public\\..\\api/check/resources", badTarget),
  target("with a fragment", "/api/check/resources#/../../public", badTarget),
  target("of another server, with a user and a password", "http://a:b@evil.test/api/check/resources", badTarget),
  target("that looks like a user, a password and a host", "//a:b@evil.test/api/check/resources", badTarget),
  target("with a dot at its end", "/api/check/resources.", notFound),
  target("with a slash at its end", "/api/check/resources/", notFound),
  target("with a NUL in %00", "/api/check/resources%00", notFound),
  target("with a slash in %2f", "/api/check%2fresources", notFound),
  target("with parameters of its path", "/api/check/resources;x=/api/plan/resources", invalid),
  target("in capitals", "/API/CHECK/RESOURCES", notFound),
  target("with the PDP's path in its query", "/x?/api/check/resources", notFound),

  ...["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND"].map((method) =>
    onWire(
      `method ${method}`,
      async (world) => [head([await bearer(world), "content-length: 0"], undefined, method)],
      notAllowed,
    ),
  ),
  onWire(
    "method TRACE",
    async (world) => [head([await bearer(world), "content-length: 0"], undefined, "TRACE")],
    refused(400, 3, null),
  ),
  onWire(
    "method GET that says it is a POST",
    async (world) => [
      head([await bearer(world), "x-http-method-override: POST", "content-length: 0"], undefined, "GET"),
    ],
    notAllowed,
  ),
  onGateway(
    "method POST that says it is a DELETE",
    { headers: { "x-http-method-override": "DELETE", "x-method-override": "DELETE", "x-http-method": "DELETE" } },
    own,
  ),
  onGateway(
    "headers that name another address, user and role",
    {
      headers: {
        "x-forwarded-host": "evil.test",
        "x-original-url": "/admin",
        "x-rewrite-url": "/admin",
        "x-forwarded-user": "kp_ann",
        "x-user-id": "kp_ann",
        "x-roles": "admin",
        "grpc-metadata-principal": "kp_ann",
      },
    },
    own,
  ),

  onWire(
    "two Authorization headers: the same",
    bareUnder(async (world) => [await bearer(world), await bearer(world)]),
    token("token_malformed"),
  ),
  onWire(
    "two Authorization headers: a good one and a forged",
    bareUnder(async (world) => [
      await bearer(world),
      `authorization: Bearer ${world.ownKey.sign(await world.claimsOf("ann"))}`,
    ]),
    token("token_malformed"),
  ),
  onWire(
    "two Authorization headers: Basic before Bearer",
    bareUnder(async (world) => ["authorization: Basic a3A6YW5u", await bearer(world)]),
    missing,
  ),
  ...["Basic", "Token", "DPoP", "Negotiate"].map((scheme) =>
    onGateway(
      `a good token under the scheme ${scheme}`,
      async (world) => ({ token: null, headers: { authorization: `${scheme} ${await world.token("mallory")}` } }),
      missing,
    ),
  ),
  onGateway(
    "a Bearer without a token",
    { token: null, headers: { authorization: "Bearer" } },
    token("token_malformed"),
  ),
  onGateway(
    "two tokens behind one Bearer",
    async (world) => ({
      token: null,
      headers: { authorization: `Bearer ${await world.token("mallory")} ${await world.token("ann")}` },
    }),
    token("token_malformed"),
  ),
  onGateway(
    "a good token in the query",
    async (world) => ({
      token: null,
      path: `/api/check/resources?access_token=${await world.token("mallory")}&token=${await world.token("mallory")}`,
    }),
    missing,
  ),
  onGateway(
    "a good token in a cookie",
    async (world) => ({
      token: null,
      headers: { cookie: `access_token=${await world.token("mallory")}; authorization=Bearer` },
    }),
    missing,
  ),
  onGateway(
    "a good token in headers of other names",
    async (world) => {
      const good = await world.token("mallory");
      return {
        token: null,
        headers: { "x-access-token": good, "proxy-authorization": `Bearer ${good}`, "x-forwarded-access-token": good },
      };
    },
    missing,
  ),
  onGateway(
    "a body that says it is a form with the token in it",
    async (world) => ({
      body: `access_token=${await world.token("mallory")}`,
      headers: { "content-type": "application/x-www-form-urlencoded" },
    }),
    refused(415, 12, "content_type_not_supported"),
  ),

  onGateway("CORS: another origin gets no leave to read", { headers: { origin: "https://evil.test" } }, own),
  onGateway("CORS: the origin null gets no leave to read", { headers: { origin: "null" } }, own),
  onGateway(
    "CORS: a preflight gets no leave",
    { method: "OPTIONS", headers: { origin: "https://evil.test", "access-control-request-method": "POST" } },
    notAllowed,
  ),
  ...["https://app.test.evil.test", "https://evil-app.test", "http://app.test", "https://app.test:444", "null"].map(
    (origin) =>
      onGateway(`CORS: ${origin} is not https://app.test`, { headers: { origin } }, own, {
        corsOrigins: ["https://app.test"],
      }),
  ),
  {
    name: "two users on one connection, one request behind the other: each gets their own answer",
    way: "gateway",
    expected: decided("ann", ...ANNS),
    async send(world) {
      const requests = await Promise.all(
        (["mallory", "ann"] as const).map(async (name) => {
          const body = String(await world.bodyOf({ token: await world.token(name) }));
          return head([`content-length: ${body.length}`]) + body;
        }),
      );
      const [first, second] = await exchange(world.gatewayPort, requests, 2);
      if (!first || !second || first.text.includes('"edit":"EFFECT_ALLOW"'))
        throw new Error("The answers are not each user's own.");
      const { asked } = world.recorder;
      const mallorys = asked.findIndex(({ body }) => JSON.stringify(body["principal"]).includes("kp_mallory"));
      if (mallorys < 0) throw new Error("Nothing was asked in Mallory's name.");
      asked.splice(mallorys, 1);
      return second;
    },
  },
];
