import { isName, requireOption } from "@kinde-cerbos/core/internal";
import { type OptionNames, requireKnownOptions } from "../option-names.ts";
import { type Change } from "./change.ts";

/** A change of policies, for {@link Events.policiesChanged}. */
export interface PoliciesChange {
  /** The kinds whose policies changed. Left out: all. Up to 1000. Pages see the names, unless `allow` excludes them. */
  readonly kinds?: readonly string[] | undefined;
}

/** A change of rights, for {@link Events.rightsChanged}. */
export interface RightsChange {
  /** The `sub` of the user whose rights changed. Left out: everybody's. */
  readonly subject?: string | undefined;
  /** The code of the organization in which they changed. Left out: all. */
  readonly organization?: string | undefined;
  /** When they changed, in ms since the epoch: a token from before is outdated. Default: now. */
  readonly at?: number | undefined;
  /**
   * Whether Kinde's next token would still have the claims from before. It is so for flags of an organization or an
   * environment, and for permissions that were added to a role; see the option `refreshClaims`. Default: false.
   */
  readonly areClaimsCached?: boolean | undefined;
}

const POLICIES: OptionNames<PoliciesChange> = { kinds: true };
const RIGHTS: OptionNames<RightsChange> = { subject: true, organization: true, at: true, areClaimsCached: true };
const MAX_KINDS = 1000;

/** @throws AuthzError `invalid_option` */
export function readPoliciesChange(change: PoliciesChange): Change {
  requireKnownOptions(change, POLICIES, "policiesChanged");
  const { kinds } = change;
  if (kinds === undefined) return { what: "policies" };
  requireOption(
    Array.isArray(kinds) && kinds.length <= MAX_KINDS && kinds.every(isName),
    `kinds must be a list of up to ${MAX_KINDS} kinds. Leave it out for all`,
  );
  return { what: "policies", kinds };
}

/** @throws AuthzError `invalid_option` */
export function readRightsChange(change: RightsChange, now: number): Change {
  requireKnownOptions(change, RIGHTS, "rightsChanged");
  const { subject, organization, at = now, areClaimsCached = false } = change;
  for (const [name, value] of Object.entries({ subject, organization })) {
    requireOption(value === undefined || isName(value), `${name} must be a non-empty string. Leave it out for all`);
  }
  requireOption(Number.isFinite(at), "at must be a time in ms since the epoch");
  requireOption(typeof areClaimsCached === "boolean", "areClaimsCached must be true or false");
  return {
    what: "rights",
    at,
    ...(subject !== undefined && { subject }),
    ...(organization !== undefined && { organization }),
    ...(areClaimsCached && { areClaimsCached }),
  };
}
