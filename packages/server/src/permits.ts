import { isName, requireOption } from "@kinde-cerbos/core/internal";
import { type OptionNames } from "./option-names.ts";

/** What clients may request beyond plain checks. Each default reveals the least, except `plans`. */
export interface Permits {
  /**
   * Whether a client that sends `includeMeta` gets metadata of its decisions: which policy matched, and which derived
   * roles apply. If not, the field is ignored and the answer contains only decisions. Default: false; true in the
   * development server of the Vite plugin.
   */
  readonly metadata: boolean;
  /** Whether `/api/plan/resources` is answered. Default: true. */
  readonly plans: boolean;
  /**
   * Scopes that a client may set on a resource, or `"*"` for any. The scope of the caller's own organization is always
   * accepted: the result of `principal.scopeFromOrg`, or without that option the organization's code. Default: none.
   */
  readonly scopes: readonly string[] | "*";
  /**
   * Policy versions that a client may set on a resource, or `"*"` for any. Default: none, the PDP's default version
   * decides.
   */
  readonly policyVersions: readonly string[] | "*";
  /**
   * Whether annotations of a client (`requestContext.annotations`) go into the PDP's audit log. Default: false, such
   * requests are refused.
   */
  readonly clientAnnotations: boolean;
}

/** Options of a gateway for what clients may request. */
export type PermitOptions = { readonly [Name in keyof Permits]?: Permits[Name] | undefined };

export const PERMIT_OPTIONS: OptionNames<PermitOptions> = {
  metadata: true,
  plans: true,
  scopes: true,
  policyVersions: true,
  clientAnnotations: true,
};

const DEFAULTS: Permits = { metadata: false, plans: true, scopes: [], policyVersions: [], clientAnnotations: false };

/** @throws AuthzError `invalid_option` */
export function permitsOf(options: PermitOptions): Permits {
  const {
    metadata = DEFAULTS.metadata,
    plans = DEFAULTS.plans,
    scopes = DEFAULTS.scopes,
    policyVersions = DEFAULTS.policyVersions,
    clientAnnotations = DEFAULTS.clientAnnotations,
  } = options;
  // A text from the environment, "false" too, would open what it should close.
  for (const [name, value] of Object.entries({ metadata, plans, clientAnnotations })) {
    requireOption(typeof value === "boolean", `${name} must be true or false`);
  }
  for (const [name, value] of Object.entries({ scopes, policyVersions })) {
    requireOption(
      value === "*" || (Array.isArray(value) && value.every((item) => isName(item) && item !== "*")),
      `${name} must be a list of names, or "*" for any`,
    );
  }
  return { metadata, plans, scopes, policyVersions, clientAnnotations };
}

/** Whether a name is in a list, or the list is `"*"`. */
export function isPermitted(permitted: readonly string[] | "*", name: unknown): boolean {
  return permitted === "*" || permitted.some((item) => item === name);
}
