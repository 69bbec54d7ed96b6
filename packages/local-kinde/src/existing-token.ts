import { decodeJwt } from "jose";
import type { ApplicationConfig } from "./config.ts";
import { findSubject } from "./directory.ts";
import type { GrantBinding, Issuer } from "./issuer.ts";

/** An access token that was issued. */
export interface IssuedToken {
  readonly accessToken: string;
  /** `exp`, seconds. */
  readonly expiresAt: number;
}

/**
 * The access token of a sign-in: the existing one until it has ended or was revoked, as Kinde documents, else a new
 * one. Each refresh waits for the one before it, so two at once get the same.
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
  if (subject === undefined) throw new Error("a token was issued for nobody");
  const accessToken = await issuer.signer.accessToken({ config, application, subject, scopes, audience });
  return { accessToken, expiresAt: decodeJwt(accessToken).exp ?? 0 };
}

/**
 * Revokes an access token: the next refresh of its sign-in issues another one. The token itself stays valid until it
 * ends.
 */
export async function revokeAccessToken(issuer: Issuer, token: string): Promise<void> {
  for (const binding of issuer.bindings.values()) {
    if ((await binding.issued)?.accessToken === token) delete binding.issued;
  }
}
