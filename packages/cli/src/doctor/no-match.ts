import { skipped, type Verdict } from "./finding.ts";
import { PROBE_KIND } from "./pdp.ts";

/** The properties of a resource that select its policy. */
interface PolicySelector {
  readonly kind: string;
  readonly scope?: string;
  readonly policyVersion?: string;
}

/** Returns the verdict if Cerbos has no policy for a resource (`NO_MATCH`). */
export function noMatch({ kind, scope, policyVersion }: PolicySelector): Verdict {
  const version = policyVersion === undefined ? "the PDP's default version" : `version ${policyVersion}`;
  const seen =
    `The PDP has no policy for the kind ${kind} ` +
    `(${version}, ${scope === undefined ? "no scope" : `scope ${scope}`}), ` +
    "so it denies everyone: NO_MATCH.";
  return skipped(seen, kind === PROBE_KIND ? MOUNT_PACK : FIND_POLICY);
}

/** How to add the policy of {@link PROBE_KIND} to the PDP. */
export const MOUNT_PACK =
  "Copy the policies and schemas of @kinde-cerbos/policies, doctor.yaml included, into the PDP's policy folder " +
  "(storage.disk.directory in its configuration), then restart it.";

const FIND_POLICY =
  "Look in the PDP's policy folder (storage.disk.directory) for a resourcePolicy with exactly this resource name. " +
  "It must not be disabled, and the PDP's log must say that it was loaded. If it has a version or a scope, add " +
  '"policyVersion" or "scope" to the check: see --explain check.';
