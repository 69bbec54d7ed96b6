import { type Authorizer, type Check, type ChecksOf, type Kind, type Session } from "@kinde-cerbos/core";
import { type CachePolicy } from "@kinde-cerbos/react/source";
import {
  createEnforcer,
  createGateway,
  type DecisionCacheOptions,
  type Enforcer,
  type Gateway,
  type GatewayOptions,
  Refusal,
} from "@kinde-cerbos/server";
import {
  ENFORCER_OPTIONS,
  GATEWAY_OPTIONS,
  type OptionNames,
  requireKnownOptions,
} from "@kinde-cerbos/server/internal";
import { type DehydratedState } from "@tanstack/react-query";
import { connection } from "next/server";
import { cache } from "react";
import { requireOwnPath } from "../own-path.ts";
import { type PageSession } from "../page-session.ts";
import { fromEnvironment, missingVariables, type Settings } from "./environment.ts";
import { prefetch } from "./prefetch.ts";
import { type CurrentRequest, currentRequest, requireOwnPage, tokenInCookie, tokenOfRequest } from "./request.ts";
import { type AuthzRoute, createRoute } from "./route.ts";
import { pageSessionOf } from "./session.ts";

/**
 * Options for {@link createAuthz}: the gateway's options. The most important ones can be set as environment variables.
 */
export interface AuthzOptions extends Omit<GatewayOptions, keyof Settings | "tokenOf"> {
  /**
   * The Kinde domain, such as `https://example.kinde.com`. Default: `KINDE_ISSUER_URL`, otherwise
   * `NEXT_PUBLIC_KINDE_ISSUER_URL`.
   */
  readonly issuer?: string | undefined;
  /**
   * The client ids whose tokens are accepted. Kinde's Next.js SDK uses the client id of your back-end application.
   * Default: `KINDE_CLIENT_ID`, otherwise `NEXT_PUBLIC_KINDE_CLIENT_ID`.
   */
  readonly clientId?: string | readonly string[] | undefined;
  /** The accepted audiences. Default: `KINDE_AUDIENCE`, separated by spaces; any if that is not set. */
  readonly audience?: string | readonly string[] | undefined;
  /** The URLs of the PDP. Default: `CERBOS_PDP_URL`, separated by commas. */
  readonly pdp?: string | readonly string[] | undefined;
  /** The path of the gateway's route, the same as `pdp` of `PermissionsProvider`. Default: `/authz`. */
  readonly path?: string | undefined;
  /** Caches the decisions of `requireAllowed` for a short time. Default: off, so each check is sent. */
  readonly cache?: DecisionCacheOptions | undefined;
}

const AUTHZ_OPTIONS: OptionNames<AuthzOptions> = pickNames();

/** The server functions of {@link createAuthz}, which share one configuration. */
export interface Authz {
  /** Creates the gateway: export its result from `app/authz/[...path]/route.ts`. */
  readonly createAuthzRoute: () => AuthzRoute;
  /**
   * Returns the authorizer for the request's user, for server components. It is the same one during a request. `null`
   * if nobody is signed in, or the token has expired or is refused.
   *
   * @throws Refusal `issuer_unavailable`, `revocation_unknown` or `enrich_failed` (503); AuthzError `invalid_option` if
   *   an environment variable is missing, an option is wrong, or those in `principal` make a principal that Cerbos would
   *   refuse
   */
  readonly getAuthorizer: () => Promise<Authorizer | null>;
  /**
   * Returns the session of the request's user if the check, or each check of a list, is allowed. Otherwise it throws.
   * For route handlers and server actions.
   *
   * @throws Refusal one of `token_…` (401) without a valid token; `forbidden` (403) if a check is denied or the list is
   *   empty; `cross_site` (403) for a request with cookies from another origin; `issuer_unavailable`,
   *   `revocation_unknown`, `enrich_failed` or `pdp_unavailable` (503); `pdp_timeout` (504). AuthzError `invalid_check`
   *   for a malformed check, `check_refused` or `request_refused` if the PDP refuses it, `invalid_option` as
   *   {@link Authz.getAuthorizer}
   */
  readonly requireAllowed: <K extends Kind, const Kinds extends readonly Kind[]>(
    checks: Check<K> | ChecksOf<Kinds>,
  ) => Promise<Session>;
  /**
   * Sends checks while the server renders, and returns the decisions as `state` for TanStack Query's
   * `HydrationBoundary`, so that the page shows them without a request. A check that fails is left out, so the browser
   * sends it.
   *
   * @throws AuthzError `invalid_check` for a malformed check; `invalid_option` if a time of `policy` is out of its
   *   range, and as {@link Authz.getAuthorizer}
   */
  readonly prefetchDecisions: <const Kinds extends readonly Kind[]>(
    checks: ChecksOf<Kinds>,
    policy?: CachePolicy,
  ) => Promise<DehydratedState>;
  /**
   * Returns the session of the request, for `session` of `PermissionsProvider`, so that the page need not request it.
   *
   * @throws AuthzError `invalid_option` as {@link Authz.getAuthorizer}
   */
  readonly getPageSession: () => Promise<PageSession>;
}

/** The parts created from a configuration. */
interface Parts {
  readonly enforcer: Enforcer<CurrentRequest>;
  readonly gateway: Gateway;
}

/**
 * Creates the server functions with your options. Options that you leave out come from environment variables. They are
 * checked immediately if all variables are set, otherwise at the first use, so that `next build` may run without them.
 *
 * @throws AuthzError `invalid_option` if an option is unknown, or has the wrong type or value
 */
export function createAuthz(options: AuthzOptions = {}): Authz {
  requireKnownOptions(options, AUTHZ_OPTIONS, "createAuthz");
  const { path = "/authz" } = options;
  requireOwnPath(path, "path", "/authz");
  let created: Parts | undefined;
  const parts = (): Parts => (created ??= createParts(options));
  if (missingVariables(options).length === 0) parts();

  // Each function waits for a request first, so that Next.js does not prerender or cache a page with a user's rights.
  const getAuthorizer = cache(async (): Promise<Authorizer | null> => {
    await connection();
    try {
      return await parts().enforcer.authorizerOf(currentRequest(), { pdpName: path });
    } catch (error) {
      if (error instanceof Refusal && error.status === 401) return null;
      throw error;
    }
  });
  return {
    createAuthzRoute: () =>
      createRoute(
        () => parts().gateway,
        (request) => parts().enforcer.identify(request),
      ),
    getAuthorizer,
    async requireAllowed(checks) {
      await connection();
      await requireOwnPage();
      return parts().enforcer.requireAllowed(currentRequest(), checks);
    },
    prefetchDecisions: (checks, policy) => prefetch(getAuthorizer, checks, policy),
    async getPageSession() {
      await connection();
      return pageSessionOf((request) => parts().enforcer.identify(request));
    },
  };
}

function createParts(options: AuthzOptions): Parts {
  const given = { ...options, ...fromEnvironment(options) };
  return {
    gateway: createGateway({ ...only(given, GATEWAY_OPTIONS), tokenOf: tokenInCookie }),
    enforcer: createEnforcer({ ...only(given, ENFORCER_OPTIONS), tokenOf: tokenOfRequest }),
  };
}

/** Returns a copy of the options with only these names. */
function only<Options extends object>(options: Options, names: object): Options {
  const copy = { ...options };
  for (const name of Object.keys(copy)) if (!(name in names)) Reflect.deleteProperty(copy, name);
  return copy;
}

function pickNames(): OptionNames<AuthzOptions> {
  const { tokenOf: _, ...names } = GATEWAY_OPTIONS;
  return { ...names, path: true, cache: true };
}
