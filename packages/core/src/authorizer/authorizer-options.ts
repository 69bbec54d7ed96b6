import { type AuthzError, requireOption } from "../base/errors.ts";
import { hasMethods, isName } from "../base/guards.ts";
import { LONGEST_TIMER_MS } from "../base/timing.ts";
import { type BatchLimits } from "../batch/batch-plan.ts";
import { type Check } from "../check/check.ts";
import { type SessionSource } from "../identity/session-source.ts";
import { isSession, type Session } from "../identity/session.ts";
import { type Decision } from "../pdp/decision.ts";
import { type PolicyDecisionPoint } from "../pdp/pdp.ts";

/** What an authorizer asks, for whom, and how. */
export interface AuthorizerOptions {
  /** The Cerbos PDP, such as `new HTTP("/pdp")` of `@cerbos/http`. */
  readonly pdp: PolicyDecisionPoint;
  /** For whom it asks. */
  readonly session: Session;
  /** Tells PDPs with different policies apart: decisions are cached by it. Default: `default`. */
  readonly pdpName?: string | undefined;
  /** Resources in a request, 1 to 500. Default: 50, which is Cerbos' own limit unless `requestLimits` raises it. */
  readonly maxResources?: number;
  /** Actions of a resource in a request, 1 to 500. Default: 50, as above. */
  readonly maxActions?: number;
  /** Requests at a time, 1 to 100. Default: 6, which is what browsers send to an origin over HTTP/1.1. */
  readonly maxInFlight?: number;
  /** An attempt without an answer fails after this long, in ms. Default: 5000. */
  readonly timeoutMs?: number;
  /** Gathers checks for this long before they leave, in ms. Default: 0, which is until the next macrotask. */
  readonly windowMs?: number;
  /**
   * Asks for `metadata` in decisions (matched policy and derived roles) and in plans (the condition as text). Default:
   * false.
   */
  readonly includeMetadata?: boolean;
  /** The PDP's key set that verifies the token. Needed only where it has several. */
  readonly keySetId?: string;
  /**
   * Where newer tokens come from. With it, a token that is about to end is
   * refreshed before it is used, and one that the PDP refuses is refreshed once.
   * Without it, the end of the token is the end.
   */
  readonly source?: SessionSource;
  /** Called once, when the source has another session's token: this authorizer is over. What it throws is ignored. */
  readonly onEnd?: () => void;
  /** A token that ends within this long is refreshed first, in ms. Default: 10000. */
  readonly refreshBeforeMs?: number;
  /** Told of each request when it is over. What it throws is ignored. */
  readonly onBatch?: (batch: BatchEvent) => void;
  /** Told of each check when it is settled. What it throws is ignored. */
  readonly onDecision?: (check: Check, outcome: Decision | AuthzError) => void;
  /** Gets what whoever runs the app should know. Default: `console.warn`. */
  readonly onWarning?: (message: string) => void;
  /** Runs a task in a later macrotask. Default: a timer of `windowMs`. */
  readonly schedule?: (task: () => void) => void;
  /** The time, in ms since the epoch. Default: `Date.now`. */
  readonly now?: () => number;
  /** Runs a task after so many ms, and returns what cancels it. Default: `setTimeout`. */
  readonly setTimer?: (task: () => void, ms: number) => () => void;
  /** A number from 0 up to 1, for the jitter of retries. Default: `Math.random`. */
  readonly random?: () => number;
}

/** A request to the PDP that is over: all attempts of it. */
export interface BatchEvent {
  readonly resources: number;
  readonly actions: number;
  /** From its start to its end, in ms. */
  readonly durationMs: number;
  /** Why it failed; `null` if it was answered. */
  readonly error: AuthzError | null;
}

/**
 * What would otherwise be found out at the first check, and then look like a PDP that is down.
 *
 * @throws AuthzError `invalid_option`, with the option and what it must be
 */
export function requireParts({ pdp, pdpName, session, source }: AuthorizerOptions): void {
  requireOption(hasMethods(pdp, ["checkResources"]), "pdp must be a client of a PDP, such as new HTTP(url)");
  requireOption(pdpName === undefined || isName(pdpName), "pdpName must be a string that is not empty");
  requireOption(isSession(session), "session must be what createSession returned; a copy of it has lost its token");
  requireOption(
    source === undefined || hasMethods(source, ["getToken", "refresh", "subscribe"]),
    "source must have getToken, refresh and subscribe",
  );
}

/** The numbers of an authorizer. */
export interface AuthorizerNumbers extends BatchLimits {
  readonly maxInFlight: number;
  readonly timeoutMs: number;
  readonly windowMs: number;
  readonly refreshBeforeMs: number;
}

/** @throws AuthzError `invalid_option`, with the option and its range */
export function numbersOf(options: AuthorizerOptions): AuthorizerNumbers {
  const inRange = (name: keyof AuthorizerNumbers, standard: number, least: number, most = LONGEST_TIMER_MS): number => {
    const value = options[name] ?? standard;
    requireOption(
      Number.isInteger(value) && value >= least && value <= most,
      `${name} must be a whole number from ${least} to ${most}, not ${value}`,
    );
    return value;
  };
  return {
    maxResources: inRange("maxResources", 50, 1, 500),
    maxActions: inRange("maxActions", 50, 1, 500),
    maxInFlight: inRange("maxInFlight", 6, 1, 100),
    timeoutMs: inRange("timeoutMs", 5000, 1),
    windowMs: inRange("windowMs", 0, 0),
    refreshBeforeMs: inRange("refreshBeforeMs", 10_000, 0),
  };
}
