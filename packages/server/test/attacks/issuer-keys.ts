// The issuer's keys: out of reach, worthless, and rotated while requests come.
import { type RequestListener } from "node:http";
import { type GatewayOptions } from "@kinde-cerbos/server";
import { type Attack, decided, byPdp, type Decided, own, type Refused, refused, token } from "./attack.ts";
import { type KeyEndpoint, serveKeyEndpoint } from "./key-endpoint.ts";
import { ANNS, type Reply, type World } from "./world.ts";

const unavailable = refused(503, 14, "issuer_unavailable");

const STANDING = Date.now() + 600_000;

/** A gateway that fetches its keys from an endpoint of this attack's own. */
function withKeys(
  name: string,
  send: (world: World, keys: KeyEndpoint, url: string) => Promise<Reply>,
  expected: Refused | Decided,
  options: Partial<GatewayOptions> = {},
): Attack {
  return {
    name,
    way: "gateway",
    expected,
    async send(world) {
      await using keys = await serveKeyEndpoint(world.issuerKey);
      await using served = await world.startGateway({ jwksUrl: keys.url, ...options });
      return await send(world, keys, served.url);
    },
  };
}

/** Where the endpoint answers something else than keys. */
const answered = (name: string, answer: (world: World) => RequestListener): Attack =>
  withKeys(
    `keys: ${name}`,
    async (world, keys, url) => {
      keys.answer = answer(world);
      return world.ask(url);
    },
    unavailable,
  );

const text =
  (body: string): (() => RequestListener) =>
  () =>
  (_, response) =>
    void response.end(body);

export const keyAttacks: readonly Attack[] = [
  withKeys(
    "keys: nobody is there",
    async (world, keys, url) => {
      await keys[Symbol.asyncDispose]();
      return world.ask(url);
    },
    unavailable,
  ),
  answered("a page in their place", text("<!doctype html><title>Sign in</title>")),
  answered("JSON that is no key set", text('{"keys":"none"}')),
  answered("keys that are null", text('{"keys":[null]}')),
  answered("an error of the server", () => (_, response) => void response.writeHead(500).end()),
  answered(
    "a redirect to the attacker's",
    ({ trap }) =>
      (_, response) =>
        void response.writeHead(302, { location: `${trap.url}/keys` }).end(),
  ),
  answered("cut off in the middle", () => (_, response) => {
    response.writeHead(200, { "content-length": "1000" });
    response.write('{"keys":[');
    setTimeout(() => response.destroy(), 20);
  }),
  answered("an answer that never comes", () => () => {}),
  withKeys(
    "keys: an answer without an end, of which little is taken",
    async (world, keys, url) => {
      let written = 0;
      keys.answer = (_, response) => {
        const more = (): void => {
          for (let goesOn = true; goesOn && !response.destroyed; written += 65_536)
            goesOn = response.write(" ".repeat(65_536));
        };
        response.on("drain", more);
        more();
      };
      const reply = await world.ask(url);
      // What the sockets hold is among it.
      if (written > 2 ** 25) throw new Error(`${written} bytes were taken.`);
      return reply;
    },
    unavailable,
  ),
  answered("none at all", text('{"keys":[]}')),
  answered("a secret one under the name of the issuer's", ({ issuerKey }) =>
    text(JSON.stringify({ keys: [{ kty: "oct", kid: issuerKey.kid, alg: "HS256", k: "AAAA" }] }))(),
  ),
  answered("two under one name", ({ issuerKey, ownKey }) =>
    text(JSON.stringify({ keys: [issuerKey.jwk, ownKey.jwk] }))(),
  ),
  answered("one for encryption alone", ({ issuerKey }) =>
    text(JSON.stringify({ keys: [{ ...issuerKey.jwk, use: "enc" }] }))(),
  ),
  answered("a weak one, of 1024 bits", ({ issuerKey }) =>
    text(JSON.stringify({ keys: [{ ...issuerKey.jwk, n: String(issuerKey.jwk["n"]).slice(0, 171) }] }))(),
  ),
  withKeys(
    "keys: a hundred tokens with unknown names make the issuer be asked once",
    async (world, keys, url) => {
      await world.ask(url);
      world.forget();
      const claims = await world.claimsOf("ann");
      const replies = await Promise.all(
        Array.from({ length: 100 }, (_, at) => world.ask(url, { token: world.ownKey.sign(claims, { kid: `k${at}` }) })),
      );
      if (keys.requests.length !== 1) throw new Error(`The issuer was asked ${keys.requests.length} times.`);
      return replies.find(({ status }) => status !== 401) ?? replies[0]!;
    },
    token("token_key_unknown"),
  ),
  withKeys(
    "keys: an issuer that is down is not asked at each token",
    async (world, keys, url) => {
      keys.answer = (_, response) => void response.writeHead(503).end();
      await world.ask(url);
      const replies = await Promise.all(Array.from({ length: 20 }, () => world.ask(url)));
      if (keys.requests.length !== 1) throw new Error(`The issuer was asked ${keys.requests.length} times.`);
      return replies.find(({ status }) => status !== 503) ?? replies[0]!;
    },
    unavailable,
    // A clock that stands, as the pause is one of a second. It is ahead of the tokens.
    { now: () => STANDING },
  ),
  withKeys(
    "keys: an issuer that is down, and forged tokens that make it be asked, keep no honest token out",
    async (world, keys, url) => {
      await world.ask(url);
      world.forget();
      keys.answer = (_, response) => void response.writeHead(503).end();
      const claims = await world.claimsOf("ann");
      const replies = await Promise.all(
        Array.from({ length: 20 }, (_, at) => world.ask(url, { token: world.ownKey.sign(claims, { kid: `k${at}` }) })),
      );
      if (keys.requests.length < 2) throw new Error("The issuer was not asked again.");
      if (replies.some(({ status }) => status === 200)) throw new Error("A forged token was taken.");
      return world.ask(url);
    },
    own,
    { jwksCooldownMs: 0 },
  ),
  withKeys(
    "rotated: a new key within the pause is not known yet",
    async (world, keys, url) => {
      await world.ask(url);
      world.forget();
      keys.keys = [world.nextKey];
      return world.ask(url, { token: world.nextKey.sign(await world.claimsOf("ann")) });
    },
    token("token_key_unknown"),
  ),
  withKeys(
    "rotated: a new key is learned once the pause is over",
    async (world, keys, url) => {
      await world.ask(url);
      world.forget();
      keys.keys = [world.issuerKey, world.nextKey];
      return world.ask(url, { token: world.nextKey.sign(await world.claimsOf("ann")) });
    },
    decided("ann", ...ANNS),
    { jwksCooldownMs: 0 },
  ),
  withKeys(
    "rotated: the old key counts no more once the keys without it are known",
    async (world, keys, url) => {
      await world.ask(url);
      keys.keys = [world.nextKey];
      await world.ask(url, { token: world.nextKey.sign(await world.claimsOf("ann")) });
      world.forget();
      return world.ask(url);
    },
    token("token_key_unknown"),
    { jwksCooldownMs: 0 },
  ),
  withKeys(
    "rotated: the old key still counts while the issuer publishes both",
    async (world, keys, url) => {
      keys.keys = [world.nextKey, world.issuerKey];
      await world.ask(url, { token: world.nextKey.sign(await world.claimsOf("ann")) });
      world.forget();
      return world.ask(url);
    },
    own,
  ),
  {
    name: "rotated: the old key counts no more once the PDP has fetched the keys again",
    way: "direct",
    expected: byPdp,
    async send(world) {
      const ask = async (): Promise<Reply> =>
        world.ask(world.directUrl, { token: world.oldKey.sign(await world.claimsOf("mallory")) });
      const before = await ask();
      if (before.status !== 200) throw new Error("The old key has to count first.");
      const { keys } = world.pdpKeys;
      world.pdpKeys.keys = keys.filter((key) => key !== world.oldKey);
      // Its refreshInterval is 2 s. Against a PDP that never does.
      for (const until = Date.now() + 20_000; ;) {
        const reply = await ask();
        if (reply.status !== 200 || Date.now() > until) return reply;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    },
  },
];
