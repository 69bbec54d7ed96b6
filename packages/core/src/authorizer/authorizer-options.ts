import { type AuthzError, requireOption } from "../base/errors.ts";
import { hasMethods, isName } from "../base/guards.ts";
import { LONGEST_TIMER_MS } from "../base/timing.ts";
import { type BatchLimits } from "../batch/batch-plan.ts";
import { type Check } from "../check/check.ts";
import { type SessionSource } from "../identity/session-source.ts";
import { isSession, type Session } from "../identity/session.ts";
import { type Decision } from "../pdp/decision.ts";
import { type PolicyDecisionPoint } from "../pdp/pdp.ts";

/** Options for {@link createAuthorizer}. */
export interface AuthorizerOptions {
  /** A client of the Cerbos PDP, such as `new HTTP("/pdp")` of `@cerbos/http`. */
  readonly pdp: PolicyDecisionPoint;
  /** The session whose checks are sent. */
  readonly session: Session;
  /** The name of the PDP in cache keys. Give PDPs with different policies different names. Default: `default`. */
  readonly pdpName?: string | undefined;
  /**
   * Most resources in one request, 1 to 500. Default: 50, which is Cerbos' limit unless its `requestLimits` raises it.
   */
  readonly maxResources?: number;
  /** Most actions of one resource in one request, 1 to 500. Default: 50, as for `maxResources`. */
  readonly maxActions?: number;
  /** Most requests in flight at a time, 1 to 100. Default: 6, as browsers send no more to one origin over HTTP/1.1. */
  readonly maxInFlight?: number;
  /** How long to wait for the answer to one attempt, in ms. 1 to 2147483647. Default: 5000. */
  readonly timeoutMs?: number;
  /**
   * How long to collect checks before sending them, in ms. 0 to 2147483647. Default: 0, which is until the next
   * macrotask.
   */
  readonly windowMs?: number;
  /**
   * Whether to request `metadata` for decisions (matched policy and derived roles) and plans (the condition as text).
   * Default: false.
   */
  readonly includeMetadata?: boolean;
  /** The id of the PDP's key set that verifies the token. Needed only if the PDP has several key sets. */
  readonly keySetId?: string;
  /**
   * Where to get newer tokens. With it, a token that is about to expire is refreshed before it is used, and a token
   * that the PDP refuses is refreshed once, or replaced up to twice if the source has `replace`. Without it, checks
   * fail when the token has expired.
   */
  readonly source?: SessionSource;
  /**
   * Called once, when the source has a token of another session and this authorizer has ended. If it throws, the error
   * is ignored.
   */
  readonly onEnd?: () => void;
  /** How long before its expiry a token is refreshed, in ms. 0 to 2147483647. Default: 10000. */
  readonly refreshBeforeMs?: number;
  /** Called after each request. If it throws, the error is ignored. */
  readonly onBatch?: (batch: BatchEvent) => void;
  /** Called when a check has its decision or its error. If it throws, the error is ignored. */
  readonly onDecision?: (check: Check, outcome: Decision | AuthzError) => void;
  /** Receives warnings for developers. Default: `console.warn`. */
  readonly onWarning?: (message: string) => void;
  /** Runs a task in a later macrotask. Default: a timer of `windowMs`. */
  readonly schedule?: (task: () => void) => void;
  /** Returns the current time, in ms since the epoch. Default: `Date.now`. */
  readonly now?: () => number;
  /** Runs a task after this many ms, and returns a function that cancels it. Default: `setTimeout`. */
  readonly setTimer?: (task: () => void, ms: number) => () => void;
  /** Returns a number from 0 to below 1, for the jitter of retries. Default: `Math.random`. */
  readonly random?: () => number;
}

/** A finished request to the PDP, with all its attempts. */
export interface BatchEvent {
  /** Number of resources in the request. */
  readonly resources: number;
  /** Number of checks in the request: the actions of all its resources. */
  readonly actions: number;
  /** How long it took, in ms. */
  readonly durationMs: number;
  /** The error if it failed; `null` if it was answered. */
  readonly error: AuthzError | null;
}

/**
 * Checks these options at the start: otherwise the first check would fail as if the PDP were down.
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

/** The numeric options of an authorizer, with their defaults applied. */
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
