import { type PrincipalOptions, type Session } from "@kinde-cerbos/core";

/**
 * Returns the scope of a session's organization, which its user may name on a resource: what `scopeFromOrg` returns
 * for the organization's code, and without that option, the code. `undefined` without an organization.
 */
export function ownScopeOf({ claims }: Session, options: PrincipalOptions = {}): string | undefined {
  const { scopeFromOrg = (orgCode) => orgCode } = options;
  const orgCode = claims?.org_code;
  return orgCode === undefined ? undefined : scopeFromOrg(orgCode);
}
