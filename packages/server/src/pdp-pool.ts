import { isFields, requireOption, RESOURCE_EXHAUSTED } from "@kinde-cerbos/core/internal";
import { type OptionNames } from "./option-names.ts";
import { addressOf, requireIntegers, type ReceivedResponse, type Send } from "./option.ts";
import { Refusal } from "./refusal.ts";
import { retryAfterIn } from "./retry-after.ts";

/** Options for reaching PDPs: their addresses, and how long to wait for them. */
export interface PdpPoolOptions {
  /**
   * Address of the PDP, or of several with the same policies: the part before `/api/check/resources`. Several are
   * called in turn; one that does not answer is left out until its health check passes.
   */
  readonly pdp: string | readonly string[];
  /**
   * How long to wait for an answer from any PDP, in ms; then the request is refused with `pdp_timeout`. 1 to 600000.
   * Default: 4000.
   */
  readonly timeoutMs?: number | undefined;
  /**
   * How long a PDP may take before it counts as failed and the next one is called, in ms. A late answer of the first is
   * still used. 1 to 600000. Default: `timeoutMs` divided by the number of PDPs.
   */
  readonly attemptTimeoutMs?: number | undefined;
  /**
   * Hedging: if a PDP has not answered after this long, in ms, the next one is called too. The first answer is used,
   * and the slow PDP does not count as failed. 1 to 600000. Default: off.
   */
  readonly hedgeAfterMs?: number | undefined;
  /** Shortest time between two health checks of a failed PDP, in ms. 1 to 600000. Default: 1000. */
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

/** An answer of a PDP: decisions, or its own refusal of the request. */
export interface PdpAnswer {
  readonly status: number;
  /** As received. A proxy's 413 or 429 is rewritten in the PDP's form. */
  readonly text: string;
  /** When to send the request again, in ms, from the header `Retry-After`. */
  readonly retryAfterMs?: number | undefined;
  readonly body: { readonly [field: string]: unknown };
  /** Index of the PDP in the list of addresses. */
  readonly pdp: number;
}

/** A group of PDPs that is used like one. */
export interface PdpPool {
  /** @throws Refusal `pdp_unavailable`, `pdp_timeout`, `aborted` */
  ask(path: "check" | "plan", body: string, signal: AbortSignal): Promise<PdpAnswer>;
}

interface Member {
  readonly index: number;
  readonly url: string;
  isHealthy: boolean;
  /** No health check before this time, in ms since the epoch. */
  checkAt: number;
}

/**
 * Creates a pool that calls PDPs in turn. A check changes nothing, so one that failed is sent to the next PDP. There
 * are no timers: the health of a failed PDP is checked when a request comes, without delaying it.
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

  /** All PDPs, in turn. Those that failed come last, in case no other answers. */
  const candidates = (): Member[] => {
    for (const member of members) if (!member.isHealthy && now() >= member.checkAt) void checkHealth(member);
    turn = (turn + 1) % members.length;
    const inTurn = [...members.slice(turn), ...members.slice(0, turn)];
    // A connection that was kept open may have been closed just now: a single PDP gets a second attempt.
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
          // The caller must get an error even if `fetch` ignores the signal.
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
    `The PDP answered ${status}${isFields(body) ? "" : " with something other than JSON"}. Is the pdp option ` +
      "the address of a Cerbos PDP?",
    { retryAfterMs },
  );
}

/** Statuses of Cerbos for a request that it refuses: another PDP would refuse it too. */
const REFUSALS: ReadonlySet<number> = new Set([400, 413, 429]);

/** The highest gRPC code. */
const LAST_GRPC_CODE = 16;

/** Messages for a proxy's refusals. Clients know Cerbos' own words "larger than max", and send less at a time. */
const OF_A_PROXY: { readonly [status: number]: string } = {
  413: "The request is larger than max, the limit of the PDP or of a proxy in front of it. Send less at a time.",
  429: "The PDP or a proxy in front of it gets too many requests. Try again later.",
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
    ? new Refusal("pdp_timeout", "No PDP answered in time, so nothing is allowed. Try again, or raise timeoutMs.", {
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
