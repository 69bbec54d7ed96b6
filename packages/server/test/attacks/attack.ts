// A row of the table: who is attacked, with what, and what has to come of it.
import { type GatewayOptions, type RefusalReason } from "@kinde-cerbos/server";
import { exchange } from "./wire.ts";
import { MALLORYS, type Name, type Question, type Reply, type World } from "./world.ts";

/** Refused, and the PDP behind the gateway not asked. On the direct way it is the PDP that refuses. */
export interface Refused {
  readonly status: number;
  /** gRPC status in the body; `null` where the answer is of Node's own HTTP, and has no body. */
  readonly code: number | null;
  /** In the gateway's log; `null` where the request never came to the gateway, and on the direct way. */
  readonly reason: RefusalReason | null;
}

/** Decided. The PDP behind the gateway was asked in one name alone, which the token has proved. */
export interface Decided {
  readonly as: Name | "anonymous";
  /** All that is allowed, as "id action", sorted; of a plan, its kind. */
  readonly allowed: readonly string[];
  /** The principal that the PDP has to be asked about. Default: the one of the name. */
  readonly principal?: object;
}

export interface Attack {
  readonly name: string;
  /** The gateway before a PDP, or the PDP with the policy pack. */
  readonly way: "gateway" | "direct";
  /** Sends it. What throws has failed. */
  readonly send: (world: World) => Promise<Reply>;
  readonly expected: Refused | Decided;
}

export const decided = (as: Decided["as"], ...allowed: readonly string[]): Decided => ({
  as,
  allowed: allowed.toSorted(),
});
export const refused = (status: number, code: number | null, reason: RefusalReason | null): Refused => ({
  status,
  code,
  reason,
});
/** By the gateway, for the token. */
export const token = (reason: RefusalReason): Refused => refused(401, 16, reason);
/** By the gateway, for the body. */
export const invalid: Refused = refused(400, 3, "body_invalid");
/** By Node, which closes the connection. */
export const notHttp: Refused = refused(400, null, null);
/** By the PDP: it says no more than that. */
export const byPdp: Refused = refused(400, 3, null);
/** What Mallory may do anyway, and nothing more. */
export const own: Decided = { as: "mallory", allowed: MALLORYS };
/** Nothing at all. */
export const nothing: Decided = decided("mallory");

type Ask = Question | ((world: World) => Question | Promise<Question>);

const questionOf = (ask: Ask, world: World): Question | Promise<Question> =>
  typeof ask === "function" ? ask(world) : ask;

/** An attack on the gateway, with options of its own where it has to have others. */
export function onGateway(
  name: string,
  ask: Ask,
  expected: Refused | Decided,
  options?: Partial<GatewayOptions>,
): Attack {
  return {
    name,
    way: "gateway",
    expected,
    async send(world) {
      const question = await questionOf(ask, world);
      if (!options) return world.ask(world.gatewayUrl, question);
      await using served = await world.startGateway(options);
      return await world.ask(served.url, question);
    },
  };
}

/** An attack on the PDP, as from a browser that reaches it. */
export function onPdp(name: string, ask: Ask, expected: Refused | Decided): Attack {
  return {
    name,
    way: "direct",
    expected,
    send: async (world) => world.ask(world.directUrl, await questionOf(ask, world)),
  };
}

/** The same on both ways, which come to the same where nothing else is said. */
export function onBoth(name: string, ask: Ask, gateway: Refused | Decided, direct = gateway): Attack[] {
  return [onGateway(name, ask, gateway), onPdp(name, ask, direct)];
}

/**
 * Bytes on a socket of the gateway's server. There must be one answer: a second one is of a request that was smuggled.
 */
export function onWire(
  name: string,
  pieces: (world: World) => Promise<readonly string[]>,
  expected: Refused | Decided,
  options?: Partial<GatewayOptions>,
): Attack {
  return {
    name,
    way: "gateway",
    expected,
    async send(world) {
      await using served = options ? await world.startGateway(options) : undefined;
      // Node ends the connection after its own refusals: what else comes before that is seen.
      const toTheEnd = "code" in expected && expected.code === null;
      const [answer, ...more] = await exchange(
        served?.port ?? world.gatewayPort,
        await pieces(world),
        toTheEnd ? Infinity : 1,
      );
      if (!answer || more.length > 0) throw new Error(`There were ${1 + more.length} answers, or none.`);
      return answer;
    },
  };
}
