import {
  type Authorizer,
  type AuthorizerOptions,
  AuthzError,
  type Check,
  type ChecksOf,
  createAuthorizer,
  type Decision,
  type Kind,
  type Plan,
  type PlanQuery,
  type PolicyDecisionPoint,
  type Session,
} from "@kinde-cerbos/core";
import { isName, requireOption } from "@kinde-cerbos/core/internal";
import { type Audit, auditEntriesOfPlan, auditEntryOf, record } from "./audit.ts";
import { audited } from "./audited-authorizer.ts";
import { callerKey, createDecisionCache, type DecisionCacheOptions } from "./decision-cache.ts";
import { createIdentity, IDENTITY_OPTIONS, type IdentityOptions } from "./identify.ts";
import { type OptionNames, requireKnownOptions } from "./option-names.ts";
import { requireFunctions } from "./option.ts";
import { pdpOf } from "./pdp-client.ts";
import { PDP_POOL_OPTIONS, type PdpPoolOptions } from "./pdp-pool.ts";
import { Refusal } from "./refusal.ts";
import { bearerToken, type RequestWithHeaders } from "./token-of-request.ts";

/** Options of {@link createEnforcer}. */
export interface EnforcerOptions<Incoming extends RequestWithHeaders = RequestWithHeaders>
  extends IdentityOptions, Omit<PdpPoolOptions, "pdp"> {
  /** Address of the PDP, or several, or a client of the PDP such as Cerbos' `GRPC`. */
  readonly pdp: string | readonly string[] | PolicyDecisionPoint;
  /** Returns the Kinde access token of a request; `null` for none. Default: reads `Authorization: Bearer`. */
  readonly tokenOf?: ((request: Incoming) => string | null | Promise<string | null>) | undefined;
  /** Id of the PDP's key set that verifies the token. Needed only if the PDP has several. Default: none. */
  readonly keySetId?: string | undefined;
  /**
   * Called with each decision, including reused ones, with the policy that made it, and with each plan. Default: none.
   */
  readonly audit?: Audit | undefined;
  /** Reuses a decision for a while, for the same token and the same resource. Default: off, each check is sent. */
  readonly cache?: DecisionCacheOptions | undefined;
}

export const ENFORCER_OPTIONS: OptionNames<EnforcerOptions> = {
  ...IDENTITY_OPTIONS,
  ...PDP_POOL_OPTIONS,
  tokenOf: true,
  keySetId: true,
  audit: true,
  cache: true,
};

/** Decides for the routes of an API: verifies the token, and checks with the same principal as the gateway. */
export interface Enforcer<Incoming extends RequestWithHeaders = RequestWithHeaders> {
  /**
   * Returns the session of the request's verified token. A request is identified once. If it outlives its token, such
   * as one of a WebSocket, the next call uses `tokenOf` again.
   *
   * @throws Refusal one of `token_…` (401), such as `token_expired`; `issuer_unavailable`, `revocation_unknown` or
   *   `enrich_failed` (503); AuthzError `invalid_option` if the options in `principal` make a principal that Cerbos
   *   would refuse
   */
  readonly identify: (request: Incoming) => Promise<Session>;
  /**
   * Returns the PDP's decision. Checks made at the same time share a request.
   *
   * @throws Refusal as {@link Enforcer.identify}, and `token_refused` (401), `pdp_unavailable` (503) or `pdp_timeout`
   *   (504); AuthzError `invalid_check` for an invalid check, which is a bug in the calling code; `check_refused` or
   *   `request_refused` if the PDP refuses it
   */
  readonly authorize: Authorize<Incoming>;
  /**
   * Returns the session of the request if the check, or each of the checks, is allowed. Throws in every other case, so
   * a route that ignores the result is still protected.
   *
   * @throws Refusal `forbidden` (403) if one is denied or the list is empty; otherwise as {@link Enforcer.authorize}
   */
  readonly requireAllowed: <K extends Kind, const Kinds extends readonly Kind[]>(
    request: Incoming,
    checks: Check<K> | ChecksOf<Kinds>,
  ) => Promise<Session>;
  /**
   * Returns a plan: on which resources of a kind the user may do an action. `filterFromPlan` turns it into a filter for
   * a database query.
   *
   * @throws Refusal as {@link Enforcer.authorize}; AuthzError `invalid_check` for an invalid query, `invalid_option` if
   *   the client of the PDP has no `planResources`
   */
  readonly plan: <K extends Kind>(request: Incoming, query: PlanQuery<K>) => Promise<Plan>;
  /**
   * Returns a new authorizer for the request's session, for functions that take one: `decisionQuery` and `ensureCan` of
   * `@kinde-cerbos/react`. Use it for this request only. It ignores `cache`, and its errors are AuthzErrors.
   *
   * @throws Refusal as {@link Enforcer.identify}; AuthzError `invalid_option` if `pdpName` is not a non-empty string
   */
  readonly authorizerOf: (request: Incoming, options?: Pick<AuthorizerOptions, "pdpName">) => Promise<Authorizer>;
}

/** The sender of a request. */
interface Caller {
  readonly session: Session;
  readonly authorizer: Authorizer;
  /** Key in the cache; empty if there is no cache. */
  readonly key: string;
}

/** Decides one check, or several in their order. */
export interface Authorize<Incoming> {
  <const Kinds extends readonly Kind[]>(request: Incoming, checks: ChecksOf<Kinds>): Promise<Decision[]>;
  <K extends Kind>(request: Incoming, check: Check<K>): Promise<Decision>;
}

/**
 * Creates an enforcer for your API.
 *
 * @throws AuthzError `invalid_option` if an option is unknown, or has the wrong type or value
 */
export function createEnforcer<Incoming extends RequestWithHeaders = RequestWithHeaders>(
  options: EnforcerOptions<Incoming>,
): Enforcer<Incoming> {
  requireKnownOptions(options, ENFORCER_OPTIONS, "createEnforcer");
  const { tokenOf = bearerToken, keySetId, audit } = options;
  requireFunctions({ audit, tokenOf });
  requireOption(keySetId === undefined || isName(keySetId), "keySetId must be a non-empty string");
  const identity = createIdentity(options);
  const pdp = pdpOf(options);
  const remember = options.cache === undefined ? undefined : createDecisionCache(options.cache);
  /** The sender of each request. Each request is identified once, however many checks it makes. */
  const known = new WeakMap<object, Promise<Caller>>();

  const makeAuthorizer = (session: Session, more: Partial<AuthorizerOptions> = {}): Authorizer =>
    createAuthorizer({
      ...more,
      pdp,
      session,
      // Its clock stands still: the verifier's clock decides below, at each use, whether the token has expired.
      now: () => 0,
      includeMetadata: audit !== undefined,
      ...(keySetId !== undefined && { keySetId }),
    });

  const identifyNow = async (request: Incoming): Promise<Caller> => {
    const session = await identity.sessionOf(await identity.verify(await tokenOf(request)));
    const authorizer = makeAuthorizer(session);
    return { session, authorizer, key: remember ? await callerKey(session) : "" };
  };

  const identifyOnce = (request: Incoming): Promise<Caller> => {
    const caller = identifyNow(request);
    known.set(request, caller);
    // Failures are not kept.
    caller.catch(() => known.delete(request));
    return caller;
  };

  const callerOf = async (request: Incoming): Promise<Caller> => {
    const found = known.get(request);
    if (!found) return identifyOnce(request);
    const caller = await found;
    const { session } = caller;
    // A request may outlive its token. Without a newer one, its own is refused.
    if (identity.isOver(session)) return identifyOnce(request);
    if (session.claims) await identity.requireNotRevoked(session.claims);
    return caller;
  };

  const decide = async (
    request: Incoming,
    checks: readonly Check[],
  ): Promise<{ session: Session; decisions: Decision[] }> => {
    const { session, authorizer, key } = await callerOf(request);
    const ask = (check: Check): Promise<Decision> => authorizer.check(check);
    const decisions = await refusing(
      Promise.all(checks.map((check) => (remember ? remember(key, check, () => ask(check)) : ask(check)))),
    );
    if (audit)
      record(
        audit,
        decisions.map((decision) => auditEntryOf(decision, session)),
      );
    return { session, decisions };
  };

  function authorize(request: Incoming, check: Check): Promise<Decision>;
  function authorize(request: Incoming, checks: readonly Check[]): Promise<Decision[]>;
  async function authorize(request: Incoming, asked: Check | readonly Check[]): Promise<Decision | Decision[]> {
    const { decisions } = await decide(request, isList(asked) ? asked : [asked]);
    const [decision] = decisions;
    return isList(asked) || !decision ? decisions : decision;
  }

  return {
    authorize,
    identify: async (request) => (await callerOf(request)).session,
    async requireAllowed(request, asked) {
      const checks = isList(asked) ? asked : [asked];
      // An empty list allows nothing.
      const { session, decisions } = await decide(request, checks);
      if (decisions.length === 0 || !decisions.every(({ allowed }) => allowed)) {
        throw new Refusal("forbidden", "You may not do this.");
      }
      return session;
    },
    async plan(request, query) {
      const { session, authorizer } = await callerOf(request);
      const plan = await refusing(authorizer.plan(query));
      if (audit) record(audit, auditEntriesOfPlan(plan, session));
      return plan;
    },
    async authorizerOf(request, about) {
      const { session } = await callerOf(request);
      return audit
        ? audited(audit, (onDecision) => makeAuthorizer(session, { ...about, onDecision }))
        : makeAuthorizer(session, about);
    },
  };
}

/**
 * Wraps a handler so that a Refusal it throws becomes a response. For frameworks that answer 500 to thrown errors, such
 * as Next.js. Other errors are thrown on.
 */
export function answerRefusals<Args extends readonly unknown[]>(
  handler: (...args: Args) => Response | Promise<Response>,
): (...args: Args) => Promise<Response> {
  return async (...args) => {
    try {
      return await handler(...args);
    } catch (error) {
      if (error instanceof Refusal) return error.getResponse();
      throw error;
    }
  };
}

/** Turns an authorizer's error into a refusal. Any other error is a bug in the calling code and is thrown on. */
async function refusing<Result>(asked: Promise<Result>): Promise<Result> {
  try {
    return await asked;
  } catch (cause) {
    if (!(cause instanceof AuthzError)) throw cause;
    const { retryAfterMs } = cause;
    switch (cause.code) {
      case "session_expired":
        throw new Refusal("token_expired", "The token has expired. Refresh it, or sign in again.", { cause });
      case "token_refused":
        throw new Refusal("token_refused", "The PDP refused the token. Refresh it, or sign in again.", { cause });
      case "timeout":
        throw new Refusal("pdp_timeout", "No PDP answered in time, so nothing is allowed. Try again.", {
          cause,
          retryAfterMs,
        });
      case "pdp_unavailable":
      case "malformed_response":
        throw new Refusal("pdp_unavailable", "No PDP answers, so nothing is allowed. Try again.", {
          cause,
          retryAfterMs,
        });
      default:
        throw cause;
    }
  }
}

function isList(asked: Check | readonly Check[]): asked is readonly Check[] {
  return Array.isArray(asked);
}
