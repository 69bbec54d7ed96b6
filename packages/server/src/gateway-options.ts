import { type Annotate } from "./annotations.ts";
import { type Audit } from "./audit.ts";
import { type Events } from "./events/events.ts";
import { type GatewayLogLine } from "./gateway-log.ts";
import { IDENTITY_OPTIONS, type IdentityOptions } from "./identify.ts";
import { type GatewayLimits } from "./limits.ts";
import { type OptionNames } from "./option-names.ts";
import { PDP_POOL_OPTIONS, type PdpPoolOptions } from "./pdp-pool.ts";
import { PERMIT_OPTIONS, type PermitOptions } from "./permits.ts";
import { type RateLimiter } from "./rate-limit.ts";
import { type AllowedKinds } from "./read-request.ts";
import { type TokenOf } from "./session-token.ts";
import { type AnonymousKey } from "./subject.ts";

/** Options of {@link createGateway}. */
export interface GatewayOptions extends IdentityOptions, PdpPoolOptions, PermitOptions {
  /**
   * Finds the token of a request that does not carry one, for example in a cookie that your server sets. `null` if
   * nobody is signed in. Only pages of the gateway's own origin may then send checks, and only for the user and the
   * organization of that token. Default: none, each request must carry its token.
   */
  readonly tokenOf?: TokenOf | undefined;
  /** Kinds that clients may check, each with its actions, or `"*"`. Default: all kinds; the policies decide. */
  readonly allow?: AllowedKinds | undefined;
  /** Limits of one request: size, number, depth and time. Default: see {@link GatewayLimits}. */
  readonly limits?: Partial<GatewayLimits> | undefined;
  /**
   * Limits how often a user or an anonymous client may send requests; `false` for no limit. Default: {@link
   * createRateLimiter}.
   */
  readonly rateLimit?: RateLimiter | false | undefined;
  /**
   * Returns the key whose limits an anonymous request counts against; all requests with `null` share one limit.
   * Default: the IP address of the connection, for IPv6 its first 64 bits. If that address is unknown, as on edge
   * runtimes, all anonymous requests share one limit. Headers are never read, unless your function reads one.
   */
  readonly anonymousKey?: AnonymousKey | undefined;
  /** Returns annotations of each request for the PDP's audit log. Default: none. */
  readonly annotations?: Annotate | undefined;
  /**
   * Called with the decisions of each request, and the policy that made each. The gateway then always requests metadata
   * from the PDP; clients get it only with the option `metadata`. Default: none.
   */
  readonly audit?: Audit | undefined;
  /**
   * How many resources one request to the PDP may have, 1 to 500; larger requests are split. Default: 50, Cerbos' own
   * limit.
   */
  readonly pdpResources?: number | undefined;
  /** Id of the PDP's key set that verifies the token. Needed only if the PDP has several. Default: none. */
  readonly keySetId?: string | undefined;
  /** Other origins whose pages may send requests (CORS), or `"*"`. Default: none, CORS is off. */
  readonly corsOrigins?: readonly string[] | "*" | undefined;
  /**
   * Serves a stream of events at `/api/events` that tells open pages when policies or rights have changed. Make it with
   * `createEvents`. Default: none, the address answers 404.
   */
  readonly events?: Events | undefined;
  /**
   * Called with a line for each request. Default: lines with a status of 500 or more go to `console.error`, as JSON.
   */
  readonly log?: ((line: GatewayLogLine) => void) | undefined;
  /**
   * Whether {@link GatewayLogLine.error} also has the messages of errors from your hooks and the HTTP client. They may
   * quote e-mail addresses, user ids and URLs. Default: false, only names and codes.
   */
  readonly logErrorMessages?: boolean | undefined;
}

export const GATEWAY_OPTIONS: OptionNames<GatewayOptions> = {
  ...IDENTITY_OPTIONS,
  ...PDP_POOL_OPTIONS,
  ...PERMIT_OPTIONS,
  tokenOf: true,
  allow: true,
  limits: true,
  rateLimit: true,
  anonymousKey: true,
  annotations: true,
  audit: true,
  pdpResources: true,
  keySetId: true,
  corsOrigins: true,
  events: true,
  log: true,
  logErrorMessages: true,
};
