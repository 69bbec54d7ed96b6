import { Batcher } from "./batcher.ts";
import { type Check, prepareCheck } from "./check.ts";
import { type Decision } from "./decision.ts";
import { AuthzError } from "./errors.ts";
import { type PdpEntry, type PolicyDecisionPoint } from "./pdp.ts";
import { type Session } from "./session.ts";

/** What an authorizer asks, for whom, and how. */
export interface AuthorizerOptions {
  /** The Cerbos PDP, such as `new HTTP("/pdp")` of `@cerbos/http`. */
  readonly pdp: PolicyDecisionPoint;
  /** For whom it asks. */
  readonly session: Session;
  /** Resources in a request, 1 to 500. Default: 50, which is Cerbos' own limit unless `requestLimits` raises it. */
  readonly maxResources?: number;
  /** Actions of a resource in a request, 1 to 500. Default: 50, as above. */
  readonly maxActions?: number;
  /** A request without an answer fails after this long, in ms. Default: 5000. */
  readonly timeoutMs?: number;
  /** Asks for `metadata` in decisions: matched policy and derived roles. Default: false. */
  readonly includeMetadata?: boolean;
  /** The PDP's key set that verifies the token. Needed only where it has several. */
  readonly keySetId?: string;
  /** Runs a task in a later macrotask. Default: `setTimeout(task, 0)`. */
  readonly schedule?: (task: () => void) => void;
  /** The time, in ms since the epoch. Default: `Date.now`. */
  readonly now?: () => number;
}

/** What a single call may say. */
export interface CheckOptions {
  /** Gives the check up. The request goes on while others wait for it. */
  readonly signal?: AbortSignal;
}

/** Asks a PDP for one session. Another session needs another authorizer. */
export interface Authorizer {
  /** For whom it asks, with the newest token. */
  readonly session: Session;
  /**
   * Decides one check. Checks made in one macrotask leave together, in as few
   * requests as the limits allow.
   *
   * @throws AuthzError of any code; then nothing is allowed
   */
  check(check: Check, options?: CheckOptions): Promise<Decision>;
  /** Decides several, in their order. Rejects with the first error. */
  checkAll(checks: readonly Check[], options?: CheckOptions): Promise<Decision[]>;
  /**
   * Goes on with a newer token of the same session, and with another client of
   * the PDP where one is given.
   *
   * @throws AuthzError `session_ended` if the session is another one
   */
  renew(session: Session, pdp?: PolicyDecisionPoint): void;
  /** Ends it: requests in flight are aborted, late answers dropped, new checks refused with `session_ended`. */
  dispose(): void;
}

/**
 * Makes an authorizer.
 *
 * @throws AuthzError `invalid_option` if a limit is out of range
 */
export function createAuthorizer(options: AuthorizerOptions): Authorizer {
  const { keySetId, now = Date.now, timeoutMs = 5000 } = options;
  let { session, pdp } = options;

  const requireAlive = (): void => {
    if (session.expiresAt === null || now() < session.expiresAt) return;
    throw new AuthzError(
      "session_expired",
      `The Kinde token ended at ${new Date(session.expiresAt).toISOString()}. Refresh it or sign in again; if it is newer than that, this machine's clock is off.`,
    );
  };

  const send = async (resources: PdpEntry[], signal: AbortSignal): Promise<unknown> => {
    requireAlive();
    const { principal, token } = session;
    const jwt = token === null ? null : { token, ...(keySetId !== undefined && { keySetId }) };
    return pdp.checkResources(
      {
        principal,
        resources,
        ...(jwt && { auxData: { jwt } }),
        ...(options.includeMetadata && { includeMetadata: true }),
      },
      { signal },
    );
  };

  const batcher = new Batcher({
    send,
    schedule: options.schedule ?? ((task) => void setTimeout(task, 0)),
    timeoutMs: inRange("timeoutMs", timeoutMs, 1, 2 ** 31 - 1),
    maxResources: inRange("maxResources", options.maxResources ?? 50, 1, 500),
    maxActions: inRange("maxActions", options.maxActions ?? 50, 1, 500),
  });

  const authorizer: Authorizer = {
    get session() {
      return session;
    },
    async check(check, { signal } = {}) {
      const prepared = prepareCheck(check);
      requireAlive();
      return batcher.ask(prepared, signal);
    },
    checkAll(checks, checkOptions) {
      return Promise.all(checks.map((check) => authorizer.check(check, checkOptions)));
    },
    renew(next, nextPdp = pdp) {
      if (next.id !== session.id) {
        throw new AuthzError(
          "session_ended",
          "An authorizer serves one session. Make another one for another user, organization or set of rights.",
        );
      }
      session = next;
      pdp = nextPdp;
    },
    dispose() {
      batcher.end(
        new AuthzError("session_ended", "The session is over: its user, organization or rights have changed."),
      );
    },
  };
  return authorizer;
}

function inRange(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new AuthzError("invalid_option", `${name} must be a whole number from ${least} to ${most}, not ${value}.`);
}
