// Much, slow and at once.
import { connect } from "node:net";
import { isDeepStrictEqual } from "node:util";
import { createRateLimiter } from "@kinde-cerbos/server";
import { type Attack, decided, type Decided, own, type Refused, refused } from "./attack.ts";
import { answersIn, exchange, head } from "./wire.ts";
import { ANNS, PRINCIPALS, type Question, type Reply, type World } from "./world.ts";

const limited = refused(429, 8, "rate_limited");
const slow = refused(408, 4, "body_too_slow");

/** Mallory has spent all but the last of what is allowed, and asks in another way: once to use it up, once more. */
function evading(
  name: string,
  question: (world: World, turn: number) => Question | Promise<Question>,
  expected: Refused | Decided = limited,
): Attack {
  return {
    name: `rate: ${name}`,
    way: "gateway",
    expected,
    async send(world) {
      await using served = await world.startGateway({ rateLimit: createRateLimiter({ burst: 2, perMinute: 1 }) });
      const honest = [await world.ask(served.url), await world.ask(served.url, await question(world, 1))];
      if (honest[0]?.status !== 200) throw new Error("The first has to be answered.");
      world.forget();
      return await world.ask(served.url, await question(world, 2));
    },
  };
}

/** Pieces of a request, each some time after the other. */
async function dribble(port: number, pieces: readonly string[], ms: number): Promise<Reply> {
  const socket = connect({ port, host: "127.0.0.1" });
  let received = "";
  socket.setEncoding("latin1");
  socket.on("data", (chunk: string) => void (received += chunk));
  socket.on("error", () => {});
  const ended = new Promise<void>((resolve) => void socket.once("close", () => resolve()));
  for (const piece of pieces) {
    if (socket.destroyed) break;
    socket.write(piece);
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, ms))]);
  }
  await ended;
  const [answer] = answersIn(received);
  if (!answer) throw new Error("There was no answer.");
  return answer;
}

export const pressureAttacks: readonly Attack[] = [
  evading("a newer token of the same user", () => ({})),
  evading("another user in the principal", (_, turn) => ({
    body: { principal: { id: `kp_${turn}`, roles: ["user"] } },
  })),
  evading("another address in headers", (_, turn) => ({
    headers: { "x-forwarded-for": `10.0.0.${turn}`, "x-real-ip": `10.0.0.${turn}`, forwarded: `for=10.0.0.${turn}` },
  })),
  evading("another request id", (_, turn) => ({
    body: { requestId: String(turn) },
    headers: { "x-request-id": String(turn) },
  })),
  evading("another mount point", (_, turn) => ({ path: `/${turn}/api/check/resources?${turn}` })),
  evading("plans in the place of checks", () => ({
    path: "/api/plan/resources",
    body: { resources: undefined, actions: ["view"], resource: { kind: "project" } },
  })),
  evading(
    "another user is not held up",
    async (world, turn) => (turn === 1 ? {} : { token: await world.token("ann") }),
    decided("ann", ...ANNS),
  ),
  {
    name: "rate: 500 resources at once count as the ten requests that they are",
    way: "gateway",
    expected: limited,
    async send(world) {
      await using served = await world.startGateway({ rateLimit: createRateLimiter({ burst: 10, perMinute: 1 }) });
      const resources = Array.from({ length: 500 }, (_, at) => ({
        resource: { kind: "kinde_doctor", id: `d${at}` },
        actions: ["probe"],
      }));
      const first = await world.ask(served.url, { body: { resources } });
      if (first.status !== 200) throw new Error("The first has to be answered.");
      world.forget();
      return await world.ask(served.url);
    },
  },
  {
    name: "slow: a body that stops",
    way: "gateway",
    expected: slow,
    async send(world) {
      await using served = await world.startGateway({ limits: { bodyTimeoutMs: 100 } });
      const [answer] = await exchange(served.port, [`${head(["content-length: 1000"])}{`]);
      return answer!;
    },
  },
  {
    name: "slow: a body of one byte at a time",
    way: "gateway",
    expected: slow,
    async send(world) {
      await using served = await world.startGateway({ limits: { bodyTimeoutMs: 200 } });
      return await dribble(served.port, [head(["content-length: 1000"]), ...Array<string>(100).fill(" ")], 20);
    },
  },
  {
    name: "slow: two hundred that stop hold up nobody else",
    way: "gateway",
    expected: own,
    async send(world) {
      await using served = await world.startGateway({ limits: { inFlight: 1 } });
      const sockets = Array.from({ length: 200 }, () => {
        const socket = connect({ port: served.port, host: "127.0.0.1" });
        socket.on("error", () => {});
        socket.write(`${head(["content-length: 1000"])}{`);
        return socket;
      });
      try {
        return await world.ask(served.url);
      } finally {
        for (const socket of sockets) socket.destroy();
      }
    },
  },
  {
    name: "many: more at once than may wait for the PDP are told so",
    way: "gateway",
    expected: refused(429, 8, "too_busy"),
    async send(world) {
      const release = Promise.withResolvers<void>();
      const waiting = Promise.withResolvers<void>();
      await using served = await world.startGateway({
        limits: { inFlight: 1 },
        fetch: async (url, init) => {
          if (url.startsWith(world.recorder.url)) {
            waiting.resolve();
            await release.promise;
          }
          return fetch(url, init);
        },
      });
      const first = world.ask(served.url);
      await waiting.promise;
      const second = await world.ask(served.url);
      // What is sent last was refused before the first went on to the PDP.
      const askedMeanwhile = world.recorder.asked.length;
      release.resolve();
      if ((await first).status !== 200 || askedMeanwhile > 0)
        throw new Error("The first has to be answered, and later.");
      world.recorder.asked.length = 0;
      return second;
    },
  },
  {
    name: "many: two users a hundred times at once, each asked about in their own name with their own token",
    way: "gateway",
    expected: decided("ann", ...ANNS),
    async send(world) {
      const tokens = { mallory: await world.token("mallory"), ann: await world.token("ann") };
      const names = Array.from({ length: 100 }, (_, at): "mallory" | "ann" => (at % 2 === 0 ? "mallory" : "ann"));
      const replies = await Promise.all(
        names.map(async (name) => ({ name, reply: await world.ask(world.gatewayUrl, { token: tokens[name] }) })),
      );
      const crossed = replies.filter(
        ({ name, reply }) => reply.text.includes('"edit":"EFFECT_ALLOW"') !== (name === "ann"),
      );
      const mixed = world.recorder.asked.filter(({ body }) => {
        const { auxData, principal } = JSON.parse(JSON.stringify(body));
        const name = principal.id === "kp_ann" ? "ann" : "mallory";
        return auxData.jwt.token !== tokens[name] || !isDeepStrictEqual(principal, PRINCIPALS[name]);
      });
      if (crossed.length + mixed.length > 0 || world.recorder.asked.length !== 100)
        throw new Error("Names and tokens were mixed.");
      world.forget();
      return world.ask(world.gatewayUrl, { token: tokens.ann });
    },
  },
];
