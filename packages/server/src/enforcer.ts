import {
  type Authorizer,
  AuthzError,
  type Check,
  createAuthorizer,
  type Decision,
  type Plan,
  type PlanQuery,
  type PolicyDecisionPoint,
  type Session,
} from "@kinde-cerbos/core";
import { createFetchPdp } from "@kinde-cerbos/core/fetch-pdp";

import { createDecisionCache, type DecisionCacheOptions } from "./decision-cache.ts";
import { createIdentity, type IdentityOptions } from "./identify.ts";
import { createPdpPool, type PdpPool, type PdpPoolOptions } from "./pdp-pool.ts";
import { Refusal, refusalFrom } from "./refusal.ts";
import { bearerToken, type RequestWithHeaders } from "./token-of-request.ts";

/** What an enforcer needs to know: as the gateway, whose PDP it may ask. */
export interface EnforcerOptions<Asked extends RequestWithHeaders = RequestWithHeaders>
  extends IdentityOptions,
    Omit<PdpPoolOptions, "pdp"> {
  /** The address of the PDP, or of several, or a client of it such as Cerbos' `GRPC`. */
  readonly pdp: string | readonly string[] | PolicyDecisionPoint;
  /** Where the Kinde access token of a request is; `null` for none. Default: `Authorization: Bearer`. */
  readonly tokenOf?: ((request: Asked) => string | null | Promise<string | null>) | undefined;
  /** The PDP's key set that verifies the token. Needed only where it has several. */
  readonly keySetId?: string | undefined;
  /** Takes a decision again for a while. Default: off, each check is asked. */
  readonly cache?: DecisionCacheOptions | undefined;
}

/** Decides for the routes of an API: verified tokens, and the same principal as in the gateway. */
export interface Enforcer<Asked extends RequestWithHeaders = RequestWithHeaders> {
  /**
   * Who asks: the session of the request's verified token, once for each request.
   *
   * @throws Refusal 401, or 503 where the issuer's keys or `principal.enrich` cannot be had
   */
  readonly identify: (request: Asked) => Promise<Session>;
  /**
   * What the PDP decides. Checks made at once share a request.
   *
   * @throws Refusal as {@link Enforcer.identify}, and 503 or 504 where no PDP answers; AuthzError for a check that is
   *   none, which is a fault in the program
   */
  readonly authorize: Authorize<Asked>;
  /**
   * Returns who asks where the check, or each of the checks, is allowed, and throws in every other case: a route that
   * forgets to look at the result is still closed.
   *
   * @throws Refusal 403 where one is denied; as {@link Enforcer.authorize} otherwise
   */
  readonly requireAllowed: (request: Asked, checks: Check | readonly Check[]) => Promise<Session>;
  /** Which resources of a kind the action is allowed on, for a query of the database: see core's `Plan`. */
  readonly plan: (request: Asked, query: PlanQuery) => Promise<Plan>;
}

/** Decides one check, or several in their order. */
export interface Authorize<Asked> {
  (request: Asked, check: Check): Promise<Decision>;
  (request: Asked, checks: readonly Check[]): Promise<Decision[]>;
}

/**
 * Makes an enforcer.
 *
 * @throws AuthzError `invalid_option`
 */
export function createEnforcer<Asked extends RequestWithHeaders = RequestWithHeaders>(
  options: EnforcerOptions<Asked>,
): Enforcer<Asked> {
  const { tokenOf = bearerToken, keySetId } = options;
  const identity = createIdentity(options);
  const pdp = pdpOf(options);
  const remember = options.cache ? createDecisionCache(options.cache) : undefined;
  /** A request is identified once, however often it asks. */
  const known = new WeakMap<object, Promise<Authorizer>>();

  const authorizerFor = async (request: Asked): Promise<Authorizer> => {
    const session = await identity.sessionOf(await identity.verify(await tokenOf(request)));
    return createAuthorizer({ pdp, session, ...(keySetId !== undefined && { keySetId }) });
  };

  const authorizerOf = (request: Asked): Promise<Authorizer> => {
    const authorizer = known.get(request) ?? authorizerFor(request);
    known.set(request, authorizer);
    return authorizer;
  };

  const decide = async (request: Asked, checks: readonly Check[]): Promise<Decision[]> => {
    const authorizer = await authorizerOf(request);
    const ask = (check: Check): Promise<Decision> => authorizer.check(check);
    return refusing(
      Promise.all(
        checks.map((check) => (remember ? remember(authorizer.session, check, () => ask(check)) : ask(check))),
      ),
    );
  };

  function authorize(request: Asked, check: Check): Promise<Decision>;
  function authorize(request: Asked, checks: readonly Check[]): Promise<Decision[]>;
  async function authorize(request: Asked, asked: Check | readonly Check[]): Promise<Decision | Decision[]> {
    const decisions = await decide(request, isList(asked) ? asked : [asked]);
    const [decision] = decisions;
    return isList(asked) || !decision ? decisions : decision;
  }

  return {
    authorize,
    identify: async (request) => (await authorizerOf(request)).session,
    async requireAllowed(request, asked) {
      const checks = isList(asked) ? asked : [asked];
      // Nothing asked is nothing allowed.
      const decisions = await decide(request, checks);
      if (decisions.length === 0 || !decisions.every(({ allowed }) => allowed)) {
        throw new Refusal("forbidden", "You may not do this.");
      }
      return (await authorizerOf(request)).session;
    },
    async plan(request, query) {
      const authorizer = await authorizerOf(request);
      return refusing(authorizer.plan(query));
    },
  };
}

/**
 * A handler whose refusals are answers: for frameworks that would make a 500 of what is thrown, such as Next.js. What
 * else it throws goes on.
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

/** The PDP as core asks it. */
function pdpOf<Asked extends RequestWithHeaders>({ pdp, ...options }: EnforcerOptions<Asked>): PolicyDecisionPoint {
  return typeof pdp === "object" && "checkResources" in pdp ? pdp : poolClient(createPdpPool({ ...options, pdp }));
}

/** A client of several PDPs: what core's own makes of answers, on the pool in the place of `fetch`. */
function poolClient(pool: PdpPool): PolicyDecisionPoint {
  return createFetchPdp("", {
    fetch: async (url, { body, signal } = {}) => {
      try {
        const path = url === "/api/plan/resources" ? "plan" : "check";
        const { text, status } = await pool.ask(path, typeof body === "string" ? body : "", signal ?? new AbortController().signal);
        return new Response(text, { status });
      } catch (error) {
        return refusalFrom(error).getResponse();
      }
    },
  });
}

/** What an authorizer throws, as a refusal where it is one. The rest is a fault in the program that asks. */
async function refusing<Result>(asked: Promise<Result>): Promise<Result> {
  try {
    return await asked;
  } catch (cause) {
    if (!(cause instanceof AuthzError)) throw cause;
    switch (cause.code) {
      case "session_expired":
        throw new Refusal("token_expired", "The token has expired. Refresh it, or sign in again.", { cause });
      case "token_refused":
        throw new Refusal("token_refused", "The PDP refused the token. Refresh it, or sign in again.", { cause });
      case "timeout":
        throw new Refusal("pdp_timeout", "No PDP answered in time, so nothing is allowed. Ask again.", { cause });
      case "pdp_unavailable":
      case "malformed_response":
        throw new Refusal("pdp_unavailable", "No PDP answers, so nothing is allowed. Ask again.", { cause });
      default:
        throw cause;
    }
  }
}

function isList(asked: Check | readonly Check[]): asked is readonly Check[] {
  return Array.isArray(asked);
}
