import { decodeJwt } from "jose";
import type { ApplicationConfig } from "./config.ts";
import { findSubject } from "./directory.ts";
import type { GrantBinding, Issuer } from "./issuer.ts";

/** An issued access token. */
export interface IssuedToken {
  readonly accessToken: string;
  /** `exp`, in seconds since the epoch. */
  readonly expiresAt: number;
}

/**
 * Returns the access token of a sign-in: the existing one until it expires or is revoked, as Kinde documents, otherwise
 * a new one. Each refresh waits for the one before it, so two at the same time get the same token.
 */
export function accessTokenOf(
  issuer: Issuer,
  binding: GrantBinding,
  application: ApplicationConfig,
  scopes: readonly string[],
): Promise<IssuedToken> {
  const before = binding.issued;
  const next = async (): Promise<IssuedToken> => {
    const existing = await before;
    const isValid = existing !== undefined && existing.expiresAt > Date.now() / 1000;
    return isValid && !issuer.newTokenAtRefresh ? existing : issue(issuer, binding, application, scopes);
  };
  return (binding.issued = next());
}

async function issue(
  issuer: Issuer,
  { accountId: person, organization, audience }: GrantBinding,
  application: ApplicationConfig,
  scopes: readonly string[],
): Promise<IssuedToken> {
  const config = issuer.claimsCache.configFor({ person, organization, clientId: application.clientId });
  const subject = findSubject(config, person, organization);
  if (subject === undefined) throw new Error("The config no longer has the person of this sign-in.");
  const accessToken = await issuer.signer.accessToken({ config, application, subject, scopes, audience });
  return { accessToken, expiresAt: decodeJwt(accessToken).exp ?? 0 };
}

/**
 * Revokes an access token: the next refresh of its sign-in issues a new one. The revoked token itself stays valid until
 * it expires.
 */
export async function revokeAccessToken(issuer: Issuer, token: string): Promise<void> {
  for (const binding of issuer.bindings.values()) {
    if ((await binding.issued)?.accessToken === token) delete binding.issued;
  }
}
