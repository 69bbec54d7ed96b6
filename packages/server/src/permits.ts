import { isName, requireOption } from "@kinde-cerbos/core/internal";
import { type OptionNames } from "./option-names.ts";

/** What clients may request beyond plain checks. Each default tells them least, except `plans`. */
export interface Permits {
  /**
   * Whether a client that sends `includeMeta` gets the metadata of its decisions: which policy matched, and which
   * derived roles are active. If not, the field is dropped, and the answer has the decisions alone. Default: false; the
   * Vite plugin's development server has true.
   */
  readonly metadata: boolean;
  /** Whether `/api/plan/resources` is answered. Default: true. */
  readonly plans: boolean;
  /**
   * Scopes that a client may name on a resource, or `"*"` for any, beside the one of the caller's own organization:
   * what `principal.scopeFromOrg` returns for it, and without that option, its code. Default: none.
   */
  readonly scopes: readonly string[] | "*";
  /**
   * Policy versions that a client may name on a resource, or `"*"` for any. Default: none, so the PDP's default version
   * decides.
   */
  readonly policyVersions: readonly string[] | "*";
  /**
   * Whether the annotations of a client (`requestContext.annotations`) go into the PDP's audit log. Default: false,
   * they are refused.
   */
  readonly clientAnnotations: boolean;
}

/** Options of a gateway that say what clients may ask for. */
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

/** Whether a name is in a list, or any name is. */
export function isPermitted(permitted: readonly string[] | "*", name: unknown): boolean {
  return permitted === "*" || permitted.some((item) => item === name);
}
