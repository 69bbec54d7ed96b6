import { isFields, requireOption, RESOURCE_EXHAUSTED } from "@kinde-cerbos/core/internal";
import { type OptionNames } from "./option-names.ts";
import { addressOf, requireIntegers, type ReceivedResponse, type Send } from "./option.ts";
import { Refusal } from "./refusal.ts";
import { retryAfterIn } from "./retry-after.ts";

/** Where PDPs are, and how long to wait for them. */
export interface PdpPoolOptions {
  /**
   * The address of the PDP, or of several that have the same policies: what comes
   * before `/api/check/resources`. Several are asked in turn; one that does not
   * answer is left out until its health check passes.
   */
  readonly pdp: string | readonly string[];
  /** No answer within this long, from whichever PDP, is `pdp_timeout`, in ms. Default: 4000. */
  readonly timeoutMs?: number | undefined;
  /**
   * A PDP without an answer for this long counts as failed, and another one is asked,
   * in ms. What the first still answers is taken. Default: `timeoutMs` divided by the
   * number of PDPs.
   */
  readonly attemptTimeoutMs?: number | undefined;
  /**
   * Hedging: another PDP is asked too where one has not answered after this long, in
   * ms, which is no failure. The first answer counts. Default: off.
   */
  readonly hedgeAfterMs?: number | undefined;
  /** A PDP that failed has its health checked at most once in so long, in ms. Default: 1000. */
  readonly healthCheckMs?: number | undefined;
  /** Sends the requests. Default: the global `fetch`. */
  readonly fetch?: Send | undefined;
  /** The time, in ms since the epoch. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
}

export const PDP_POOL_OPTIONS: OptionNames<PdpPoolOptions> = {
  pdp: true,
  timeoutMs: true,
  attemptTimeoutMs: true,
  hedgeAfterMs: true,
  healthCheckMs: true,
  fetch: true,
  now: true,
};

/** What a PDP said: decisions, or its own refusal of the request. */
export interface PdpAnswer {
  readonly status: number;
  /** As received. A proxy's 413 or 429 is rewritten in the PDP's form. */
  readonly text: string;
  /** When to ask again, in ms, as the header `Retry-After` says. */
  readonly retryAfterMs?: number | undefined;
  readonly body: { readonly [field: string]: unknown };
  /** Its place among the addresses, from 0. */
  readonly pdp: number;
}

/** PDPs that answer as one. */
export interface PdpPool {
  /** @throws Refusal `pdp_unavailable`, `pdp_timeout`, `aborted` */
  ask(path: "check" | "plan", body: string, signal: AbortSignal): Promise<PdpAnswer>;
}

interface Member {
  readonly index: number;
  readonly url: string;
  isHealthy: boolean;
  /** Its health is not checked before, in ms since the epoch. */
  checkAt: number;
}

/**
 * Asks PDPs in turn. A check changes nothing, so one that failed on the way is asked of the next PDP. There are no
 * timers: the health of one that failed is checked when a request comes, beside it.
 *
 * @throws AuthzError `invalid_option`
 */
export function createPdpPool(options: PdpPoolOptions): PdpPool {
  const { timeoutMs = 4000, hedgeAfterMs, healthCheckMs = 1000, now = () => Date.now() } = options;
  const members = [options.pdp].flat().map((url, index): Member => {
    return { index, url: addressOf(url, "pdp"), isHealthy: true, checkAt: 0 };
  });
  requireOption(members.length > 0, "pdp must name at least one address");
  const attemptTimeoutMs = options.attemptTimeoutMs ?? Math.ceil(timeoutMs / members.length);
  requireIntegers(
    { timeoutMs, attemptTimeoutMs, healthCheckMs, hedgeAfterMs: hedgeAfterMs ?? 1 },
    {
      timeoutMs: [1, 600_000],
      attemptTimeoutMs: [1, 600_000],
      healthCheckMs: [1, 600_000],
      hedgeAfterMs: [1, 600_000],
    },
  );
  const send = options.fetch ?? ((url, init) => globalThis.fetch(url, init));
  let turn = 0;

  const checkHealth = async (member: Member): Promise<void> => {
    member.checkAt = now() + healthCheckMs;
    try {
      const signal = AbortSignal.timeout(attemptTimeoutMs);
      const { ok, body } = await send(`${member.url}/_cerbos/health`, { redirect: "manual", signal });
      member.isHealthy = ok;
      await body?.cancel();
    } catch {
      // It is checked again at a later request.
    }
  };

  /** All of them, in turn: those that failed come last, in case that no other answers. */
  const candidates = (): Member[] => {
    for (const member of members) if (!member.isHealthy && now() >= member.checkAt) void checkHealth(member);
    turn = (turn + 1) % members.length;
    const inTurn = [...members.slice(turn), ...members.slice(0, turn)];
    // A connection that was kept open may have been closed just now: a PDP that is alone is asked twice.
    if (members.length === 1) return [...inTurn, ...inTurn];
    return [...inTurn.filter(({ isHealthy }) => isHealthy), ...inTurn.filter(({ isHealthy }) => !isHealthy)];
  };

  const attempt = async (member: Member, path: string, body: string, signal: AbortSignal): Promise<PdpAnswer> => {
    try {
      const response = await send(`${member.url}/api/${path}/resources`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
        redirect: "manual",
        signal,
      });
      const answer = await readAnswer(response);
      member.isHealthy = true;
      return { ...answer, pdp: member.index };
    } catch (error) {
      // One that nobody waits for any more has not failed.
      if (!signal.aborted) leaveOut(member);
      throw error;
    }
  };

  const leaveOut = (member: Member): void => {
    member.isHealthy = false;
    member.checkAt = Math.max(member.checkAt, now() + healthCheckMs);
  };

  return {
    async ask(path, body, signal) {
      const over = new AbortController();
      const until = AbortSignal.any([signal, over.signal, AbortSignal.timeout(timeoutMs)]);
      try {
        until.throwIfAborted();
        return await new Promise<PdpAnswer>((resolve, reject) => {
          // Whether or not `fetch` looks at the signal: who waits has to get an end.
          until.addEventListener("abort", () => reject(until.reason), { once: true });
          const waiting = candidates();
          let running = 0;
          const start = (): void => {
            const member = waiting.shift();
            if (!member || until.aborted) return;
            running += 1;
            const timers: ReturnType<typeof setTimeout>[] = [];
            // One that is alone has all the time there is.
            if (waiting.some((other) => other !== member)) {
              if (hedgeAfterMs !== undefined) timers.push(setTimeout(start, hedgeAfterMs));
              const giveUp = (): void => {
                leaveOut(member);
                start();
              };
              timers.push(setTimeout(giveUp, attemptTimeoutMs));
            }
            const end = (error: unknown): void => {
              running -= 1;
              if (waiting.length > 0) start();
              if (running === 0) reject(error);
            };
            void attempt(member, path, body, until)
              .then(resolve, end)
              .finally(() => timers.forEach(clearTimeout));
          };
          start();
        });
      } catch (error) {
        throw refusalOf(error, signal);
      } finally {
        over.abort();
      }
    },
  };
}

/**
 * Reads an answer of the PDP: decisions, or a refusal of the request. A proxy's response is no answer, except 413 and
 * 429: the client gets both in the PDP's form, without the proxy's text.
 */
async function readAnswer(response: ReceivedResponse): Promise<Omit<PdpAnswer, "pdp">> {
  const { status, headers } = response;
  const retryAfterMs = retryAfterIn(headers);
  const text = await response.text();
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    // Said below, without a quote.
  }
  if (isFields(body) && (status === 200 || (REFUSALS.has(status) && isOfCerbos(body)))) {
    return { status, text, body, retryAfterMs };
  }
  const message = OF_A_PROXY[status];
  if (message !== undefined) {
    const refusal = { code: RESOURCE_EXHAUSTED, message };
    return { status, text: JSON.stringify(refusal), body: refusal, retryAfterMs };
  }
  throw new Refusal(
    "pdp_unavailable",
    `The PDP answered ${status}${isFields(body) ? "" : " with something else than JSON"}. Is the pdp option ` +
      "the address of a Cerbos PDP?",
    { retryAfterMs },
  );
}

/** Statuses with which Cerbos refuses a request: trying another PDP would not help. */
const REFUSALS: ReadonlySet<number> = new Set([400, 413, 429]);

/** The last of gRPC's codes. */
const LAST_GRPC_CODE = 16;

/** What a proxy may say of a request. Clients know Cerbos' own words "larger than max", and send less at a time. */
const OF_A_PROXY: { readonly [status: number]: string } = {
  413: "The request is larger than max of the PDP or of a proxy before it. Send less at a time.",
  429: "The PDP or a proxy before it gets too many requests. Try again later.",
};

function isOfCerbos({ code, message }: { readonly [field: string]: unknown }): boolean {
  return Number.isInteger(code) && Number(code) <= LAST_GRPC_CODE && typeof message === "string";
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === "TimeoutError";
}

function refusalOf(error: unknown, signal: AbortSignal): Refusal {
  if (signal.aborted) return new Refusal("aborted", "The client has left.");
  if (error instanceof Refusal) return error;
  return isTimeout(error)
    ? new Refusal("pdp_timeout", "No PDP answered in time, so nothing is allowed. Ask again, or raise timeoutMs.", {
        cause: error,
      })
    : new Refusal(
        "pdp_unavailable",
        "No PDP answers, so nothing is allowed. Is it running, and reachable from this server?",
        {
          cause: error,
        },
      );
}
