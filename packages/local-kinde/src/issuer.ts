import type { KoaContextWithOIDC } from "oidc-provider";
import type { ClaimsCache } from "./claims-cache.ts";
import type { LocalKindeConfig } from "./config.ts";
import type { IssuedToken } from "./existing-token.ts";
import type { TokenSigner } from "./token-signer.ts";

/** One running issuer, as its routes see it. */
export interface Issuer {
  /** `iss`: the URL without a slash at its end. */
  readonly url: string;
  readonly port: number;
  /** The config of the moment: {@link change} replaces it, so read it at each request. */
  readonly config: LocalKindeConfig;
  /** Takes a new config, which was checked, and tells the webhooks what is different. */
  readonly change: (config: LocalKindeConfig) => void;
  /** The same, of a config that {@link reset} returns to from now on. */
  readonly load: (config: LocalKindeConfig) => void;
  /** Returns to the config that was loaded last, or that it started with. */
  readonly reset: () => void;
  readonly signer: TokenSigner;
  readonly bindings: GrantBindings;
  readonly claimsCache: ClaimsCache;
  /** Whether each refresh issues a new access token, also while the one before is valid. */
  readonly newTokenAtRefresh: boolean;
}

/** What a sign-in was for. Refreshes keep to it. */
export interface GrantBinding {
  accountId: string;
  /** The code of the organization; absent for a person without any. */
  organization?: string;
  /** The APIs that were asked for. */
  audience: string[];
  /** When the application asked, seconds. */
  requestedAt: number;
  /** The sign-in session, for logout. */
  sessionUid: string;
  /** The access token that refreshes return until it ends; absent once it is revoked. */
  issued?: Promise<IssuedToken>;
}

/** The bindings of all grants, by grant id: oidc-provider's own Grant has no place for an organization. */
type GrantBindings = Map<string, GrantBinding>;

/** A request, as oidc-provider's Koa gives it. */
export type Context = KoaContextWithOIDC;

/** A step of the way that a request takes. */
export type Middleware = (context: Context, next: () => Promise<void>) => Promise<void>;
