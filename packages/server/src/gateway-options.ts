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

/** What a gateway needs to know. */
export interface GatewayOptions extends IdentityOptions, PdpPoolOptions, PermitOptions {
  /**
   * Finds the token of a request that carries none itself, such as in a cookie that your server sets; `null` if nobody
   * is signed in. Only pages of the gateway's own origin may then ask, and only for the user and the organization of
   * that token. Default: none, each request must carry its token.
   */
  readonly tokenOf?: TokenOf | undefined;
  /** Kinds that may be asked about, each with its actions, or `"*"`. Default: all, which leaves it to the policies. */
  readonly allow?: AllowedKinds | undefined;
  /** What is taken of one request. */
  readonly limits?: Partial<GatewayLimits> | undefined;
  /** How often a subject may ask; `false` for as often as it likes. Default: {@link createRateLimiter}. */
  readonly rateLimit?: RateLimiter | false | undefined;
  /**
   * Returns whose limits an anonymous request counts against: one for each key, and one shared by all with `null`.
   * Default: the peer address, of IPv6 the first 64 bits; if there is none, as at an edge, all
   * anonymous requests share one limit. It never comes from a header unless this function reads one.
   */
  readonly anonymousKey?: AnonymousKey | undefined;
  /** Returns annotations of each request for the PDP's audit log. Default: none. */
  readonly annotations?: Annotate | undefined;
  /**
   * Gets each decision that was made, with the policy that decided. The PDP is then always asked for metadata; a client
   * gets it only if it may. Default: none.
   */
  readonly audit?: Audit | undefined;
  /** Resources in a request that the PDP takes, 1 to 500; more are split. Default: 50, which is Cerbos' own limit. */
  readonly pdpResources?: number | undefined;
  /** The PDP's key set that verifies the token. Needed only where it has several. */
  readonly keySetId?: string | undefined;
  /** Origins whose pages may ask from another origin, or `"*"`. Default: none, so there is no CORS. */
  readonly corsOrigins?: readonly string[] | "*" | undefined;
  /**
   * Serves open pages a stream of events at `/api/events`, by which they learn that policies or rights have changed:
   * `createEvents`. Default: none, and that address is not found.
   */
  readonly events?: Events | undefined;
  /** Gets a line for each request. Default: those with a status of 500 or more go to `console.error`, as JSON. */
  readonly log?: ((line: GatewayLogLine) => void) | undefined;
  /**
   * Also puts the messages of errors that your hooks and the HTTP client threw into {@link GatewayLogLine.error}. They
   * may quote e-mail addresses, user ids and URLs. Default: false, only their names and codes.
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
