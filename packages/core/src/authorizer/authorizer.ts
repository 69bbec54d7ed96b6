import { AuthzError, hasCode, requireOption } from "../base/errors.ts";
import { hasMethods } from "../base/guards.ts";
import { ignoreErrors } from "../base/ignore-errors.ts";
import { withRetries } from "../base/retries.ts";
import { setAlarm, timingOf } from "../base/timing.ts";
import { withTimeout } from "../base/with-timeout.ts";
import { Batcher } from "../batch/batcher.ts";
import { type Check, type ChecksOf, prepareCheck } from "../check/check.ts";
import { type Kind } from "../check/register.ts";
import { createLiveSession } from "../identity/live-session.ts";
import { type Session } from "../identity/session.ts";
import { type Decision } from "../pdp/decision.ts";
import { addressOf } from "../pdp/no-answer-error.ts";
import { authzErrorFromPdp, type PdpEntry, type PdpRequest, type PolicyDecisionPoint } from "../pdp/pdp.ts";
import { type Plan, type PlanQuery, preparePlanQuery, readPlan } from "../plan/plan.ts";
import { type AuthorizerOptions, numbersOf, requireParts } from "./authorizer-options.ts";

/** Options for a single check or plan. */
export interface CheckOptions {
  /** Cancels the check, which then rejects with `aborted`. Its request continues as long as other checks need it. */
  readonly signal?: AbortSignal;
}

/** Sends the checks of one session to a PDP. Create another authorizer for another session. */
export interface Authorizer {
  /** The session, with its newest token. */
  readonly session: Session;
  /** The name of its PDP in cache keys. */
  readonly pdpName: string;
  /**
   * Decides one check. Checks made in one macrotask are sent together, in as few requests as the limits allow.
   *
   * @throws AuthzError of any code; then nothing is allowed
   */
  check<K extends Kind>(check: Check<K>, options?: CheckOptions): Promise<Decision>;
  /** Decides several checks and returns the decisions in their order. Rejects with the first error. */
  checkAll<const Kinds extends readonly Kind[]>(checks: ChecksOf<Kinds>, options?: CheckOptions): Promise<Decision[]>;
  /**
   * Returns a query plan: on which resources of a kind the action, or all of several actions, is allowed, before any
   * resource is loaded. See {@link matchesPlan}. Plans are neither batched nor cached.
   *
   * @throws AuthzError of any code; `invalid_option` if the PDP's client has no `planResources`
   */
  plan<K extends Kind>(query: PlanQuery<K>, options?: CheckOptions): Promise<Plan>;
  /**
   * Continues with a newer token of the same session, and with another client of the PDP if one is given.
   *
   * @throws AuthzError `session_ended` if the token belongs to another session
   */
  renew(session: Session, pdp?: PolicyDecisionPoint): void;
  /**
   * Ends the authorizer: requests in flight are aborted, late answers are dropped, and new checks fail with
   * `session_ended`.
   */
  dispose(): void;
}

/** A call to the PDP, given the principal and the token. */
type Call = (sender: Omit<PdpRequest, "resources">, options: { signal: AbortSignal }) => Promise<unknown>;

/**
 * Creates an authorizer, which sends the checks of one session to a PDP in batches.
 *
 * @throws AuthzError `invalid_option` if a number is out of its range, or `pdp`, `session` or `source` has the wrong
 *   type
 */
export function createAuthorizer(options: AuthorizerOptions): Authorizer {
  requireParts(options);
  const { pdpName = "default", source, keySetId, includeMetadata = false } = options;
  const numbers = numbersOf(options);
  const { maxInFlight, timeoutMs, windowMs } = numbers;
  const timing = timingOf(options);
  let { pdp } = options;
  /** Aborted by `dispose`. */
  const lifetime = new AbortController();

  const live = createLiveSession({
    session: options.session,
    source,
    ...numbers,
    timing,
    signal: lifetime.signal,
    onEnd: () => {
      if (lifetime.signal.aborted) return;
      authorizer.dispose();
      tell(options.onEnd);
    },
  });

  /** Sends a call with a valid token. If the PDP refuses the token, it is refreshed once. */
  const askWith = async (call: Call, signal: AbortSignal): Promise<unknown> => {
    let used = live.current;
    /** Waits for a refresh that several checks share. Each of them can be canceled on its own. */
    const refreshed = (newer: Promise<Session>): Promise<Session> => {
      // If all callers have canceled, its failure must not be an unhandled rejection.
      ignoreErrors(() => newer);
      return withTimeout(() => newer, { signal, timeoutMs, timing });
    };
    const attempt = async (): Promise<unknown> => {
      const fresh = live.fresh();
      // Not awaited where it is there: a request leaves in the task that its batch ends in.
      used = fresh instanceof Promise ? await refreshed(fresh) : fresh;
      if (source?.isCurrent?.(used) === false) throw sessionEnded();
      const { principal, token } = used;
      const sender = {
        // A copy, because a client may change the objects that it sends.
        principal: structuredClone(principal),
        ...(token !== null && { auxData: { jwt: { token, ...(keySetId !== undefined && { keySetId }) } } }),
        ...(includeMetadata && { includeMetadata }),
      };
      try {
        const task = (signalOfAttempt: AbortSignal): Promise<unknown> => call(sender, { signal: signalOfAttempt });
        return await withTimeout(task, { signal, timeoutMs, timing });
      } catch (error) {
        throw authzErrorFromPdp(error, addressOf(pdp));
      }
    };
    const mostRefreshes = source?.replace ? 2 : 1;
    for (let refreshes = 0; ; refreshes += 1) {
      try {
        return await withRetries(attempt, signal, timing);
      } catch (error) {
        // If nobody is signed in, there is no token to refresh. This PDP requires one.
        if (!source || used.claims === null || !hasCode(error, "token_refused")) throw error;
        if (refreshes === mostRefreshes) {
          throw new AuthzError(
            "session_expired",
            `The Kinde token was refused, even after a refresh: ${error.message}`,
            { cause: error },
          );
        }
        if (live.current === used) await refreshed(live.refresh(true));
      }
    }
  };

  const send = async (resources: PdpEntry[], signal: AbortSignal): Promise<unknown> => {
    const startedAt = timing.now();
    let failure: AuthzError | null = null;
    try {
      return await askWith((sender, given) => pdp.checkResources({ ...sender, resources }, given), signal);
    } catch (error) {
      failure = authzErrorFromPdp(error);
      throw failure;
    } finally {
      const actions = resources.flatMap((entry) => entry.actions).length;
      const durationMs = timing.now() - startedAt;
      tell(options.onBatch, { resources: resources.length, actions, durationMs, error: failure });
    }
  };

  const batcher = new Batcher({
    limits: numbers,
    maxInFlight,
    send,
    schedule: options.schedule ?? ((task) => void setAlarm(windowMs, lifetime.signal, timing, task)),
    warn: (message) => tell(options.onWarning ?? console.warn, message),
  });

  const authorizer: Authorizer = {
    get session() {
      return live.current;
    },
    pdpName,
    check: (check, callOptions) =>
      // One promise for each check, and no more: a page may have thousands.
      new Promise((resolve, reject) => {
        const settle = (outcome: Decision | AuthzError): void => {
          if (outcome instanceof AuthzError) reject(outcome);
          else resolve(outcome);
          tell(options.onDecision, check, outcome);
        };
        try {
          const prepared = prepareCheck(check);
          const signal = signalOf(callOptions);
          // An expired token that nothing can refresh is refused here, before it is gathered.
          if (!source) void live.fresh();
          batcher.ask(prepared, settle, signal);
        } catch (thrown) {
          settle(authzErrorFromPdp(thrown));
        }
      }),
    async checkAll(checks, callOptions) {
      if (!Array.isArray(checks)) throw new AuthzError("invalid_check", "checkAll takes an array of checks.");
      return Promise.all(Array.from(checks, (check) => authorizer.check(check, callOptions)));
    },
    async plan(query, callOptions) {
      const prepared = preparePlanQuery(query);
      const { actions, resource } = prepared;
      const signal = signalOf(callOptions);
      const answer = await askWith(
        (sender, given) => {
          requireOption(!!pdp.planResources, "pdp has no planResources: use a client that has it");
          return pdp.planResources({ ...sender, actions: [...actions], resource }, given);
        },
        signal ? AbortSignal.any([signal, lifetime.signal]) : lifetime.signal,
      );
      return readPlan(answer, prepared);
    },
    renew(session, nextPdp = pdp) {
      live.renew(session);
      pdp = nextPdp;
    },
    dispose() {
      const over = sessionEnded();
      batcher.end(over);
      lifetime.abort(over);
      live.unfollow();
    },
  };
  return authorizer;
}

function sessionEnded(): AuthzError {
  return new AuthzError("session_ended", "The session has ended: its user, organization or rights have changed.");
}

/** The signal of a call. Callers without types may pass the controller, or the signal in place of the options. */
function signalOf(options: CheckOptions | undefined): AbortSignal | undefined {
  const signal = options?.signal;
  requireOption(signal === undefined || hasMethods(signal, ["addEventListener"]), "signal must be an AbortSignal");
  return signal;
}

/** Calls an observer and ignores what it throws. */
function tell<Args extends unknown[]>(observer: ((...args: Args) => void) | undefined, ...args: Args): void {
  ignoreErrors(() => observer?.(...args));
}
