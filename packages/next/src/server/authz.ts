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
import { fromEnvironment, missingVariables, type Places } from "./environment.ts";
import { prefetch } from "./prefetch.ts";
import { type CurrentRequest, currentRequest, requireOwnPage, tokenInCookie, tokenOfRequest } from "./request.ts";
import { type AuthzRoute, createRoute } from "./route.ts";
import { pageSessionOf } from "./session.ts";

/** Options for {@link createAuthz}: those of the gateway, of which the environment has the rest. */
export interface AuthzOptions extends Omit<GatewayOptions, keyof Places | "tokenOf"> {
  /** The Kinde domain, such as `https://example.kinde.com`. Default: `KINDE_ISSUER_URL`. */
  readonly issuer?: string | undefined;
  /**
   * The client ids whose tokens are accepted. The tokens of Kinde's Next.js SDK have that of your back-end application.
   * Default: `KINDE_CLIENT_ID`.
   */
  readonly clientId?: string | readonly string[] | undefined;
  /** The audiences that are accepted. Default: `KINDE_AUDIENCE`, separated by spaces. */
  readonly audience?: string | readonly string[] | undefined;
  /** The addresses of the PDP. Default: `CERBOS_PDP_URL`, with commas between several. */
  readonly pdp?: string | readonly string[] | undefined;
  /** The path of the gateway's route, as `pdp` of `PermissionsProvider`. Default: `/authz`. */
  readonly path?: string | undefined;
  /** Uses decisions of `requireAllowed` again for a while. Default: off, each check is sent. */
  readonly cache?: DecisionCacheOptions | undefined;
}

const AUTHZ_OPTIONS: OptionNames<AuthzOptions> = pickNames();

/** The server's functions of one configuration. */
export interface Authz {
  /** Makes the gateway, as the handlers of `app/authz/[...path]/route.ts`. */
  readonly createAuthzRoute: () => AuthzRoute;
  /**
   * Returns the authorizer of the request's user, for server components: the same one for all of a request. `null` if
   * there is no session that can be used: nobody is signed in, or the token has ended.
   *
   * @throws Refusal 503 if the issuer's keys or `principal.enrich` are unavailable; AuthzError `invalid_option` if a
   *   variable is missing
   */
  readonly getAuthorizer: () => Promise<Authorizer | null>;
  /**
   * Returns the session of the request's user if the check, or each of the checks, is allowed, and throws in every
   * other case. For route handlers and server actions.
   *
   * @throws Refusal 401 without a session; 403 where a check is denied, or for a request of another origin by cookie;
   *   503 or 504 where no PDP answers. AuthzError for a malformed check, or `invalid_option` if a variable is missing
   */
  readonly requireAllowed: <K extends Kind, const Kinds extends readonly Kind[]>(
    checks: Check<K> | ChecksOf<Kinds>,
  ) => Promise<Session>;
  /**
   * Decides checks ahead, and returns the decisions as the `state` of react-query's `HydrationBoundary`: the page then
   * shows them without a request. A check that fails is left out, so the browser sends it.
   *
   * @throws AuthzError for a malformed check, or `invalid_option` if a variable is missing
   */
  readonly prefetchDecisions: <const Kinds extends readonly Kind[]>(
    checks: ChecksOf<Kinds>,
    policy?: CachePolicy,
  ) => Promise<DehydratedState>;
  /**
   * Returns whose session the request is, for `session` of `PermissionsProvider`: the page then needs no request to
   * learn it.
   *
   * @throws AuthzError `invalid_option` if a variable is missing
   */
  readonly getPageSession: () => Promise<PageSession>;
}

/** What a configuration comes to. */
interface Parts {
  readonly enforcer: Enforcer<CurrentRequest>;
  readonly gateway: Gateway;
}

/**
 * Makes the server's functions for your options. What you leave out comes from the environment. Options are checked
 * at once if the environment has all variables, and else at the first use: `next build` may run without them.
 *
 * @throws AuthzError `invalid_option`
 */
export function createAuthz(options: AuthzOptions = {}): Authz {
  requireKnownOptions(options, AUTHZ_OPTIONS, "createAuthz");
  const { path = "/authz" } = options;
  requireOwnPath(path, "path", "/authz");
  let made: Parts | undefined;
  const parts = (): Parts => (made ??= createParts(options));
  if (missingVariables(options).length === 0) parts();

  // Each function waits for a request first: Next must not render or cache a page ahead with somebody's rights in it.
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

/** A copy of options, with some names only. */
function only<Options extends object>(options: Options, names: object): Options {
  const copy = { ...options };
  for (const name of Object.keys(copy)) if (!(name in names)) Reflect.deleteProperty(copy, name);
  return copy;
}

function pickNames(): OptionNames<AuthzOptions> {
  const { tokenOf: _, ...names } = GATEWAY_OPTIONS;
  return { ...names, path: true, cache: true };
}
