import type { KoaContextWithOIDC } from "oidc-provider";
import type { ClaimsCache } from "./claims-cache.ts";
import type { LocalKindeConfig } from "./config.ts";
import type { IssuedToken } from "./existing-token.ts";
import type { TokenSigner } from "./token-signer.ts";

/** A running issuer, as its routes use it. */
export interface Issuer {
  /** The URL, without a slash at the end. It is the `iss` of tokens. */
  readonly url: string;
  readonly port: number;
  /** The current config. {@link change} replaces it, so read it at each request. */
  readonly config: LocalKindeConfig;
  /** Sets a new config, which must be checked already, and sends the differences to the webhooks. */
  readonly change: (config: LocalKindeConfig) => void;
  /** Does the same, with a config that {@link reset} then returns to. */
  readonly load: (config: LocalKindeConfig) => void;
  /** Returns to the config that was loaded last, or at the start. */
  readonly reset: () => void;
  readonly signer: TokenSigner;
  readonly bindings: GrantBindings;
  readonly claimsCache: ClaimsCache;
  /** Whether each refresh issues a new access token, even if the existing one is still valid. */
  readonly newTokenAtRefresh: boolean;
}

/** The person, organization and audience of a sign-in, which its refreshes keep. */
export interface GrantBinding {
  accountId: string;
  /** The code of the organization; absent if the person has none. */
  organization?: string;
  /** The requested APIs. */
  audience: string[];
  /** When the application requested the sign-in, in seconds since the epoch. */
  requestedAt: number;
  /** The sign-in session, for logout. */
  sessionUid: string;
  /** The access token that refreshes return until it expires; absent after it was revoked. */
  issued?: Promise<IssuedToken>;
}

/** The bindings of all grants, by grant id: oidc-provider's own Grant has no field for an organization. */
type GrantBindings = Map<string, GrantBinding>;

/** The Koa context of a request, with oidc-provider's additions. */
export type Context = KoaContextWithOIDC;

/** A Koa middleware. */
export type Middleware = (context: Context, next: () => Promise<void>) => Promise<void>;
