import { skipped, type Verdict } from "./finding.ts";
import { PROBE_KIND } from "./pdp.ts";

/** What a resource says about which policy it is for. */
interface Wanted {
  readonly kind: string;
  readonly scope?: string;
  readonly policyVersion?: string;
}

/** The verdict if Cerbos has no policy for a resource (`NO_MATCH`). */
export function noMatch({ kind, scope, policyVersion }: Wanted): Verdict {
  const version = policyVersion === undefined ? "the PDP's default version" : `version ${policyVersion}`;
  const seen =
    `The PDP has no policy for the kind ${kind} ` +
    `(${version}, ${scope === undefined ? "no scope" : `scope ${scope}`}), ` +
    "so it denies everyone: NO_MATCH.";
  return skipped(seen, kind === PROBE_KIND ? MOUNT_PACK : FIND_POLICY);
}

/** How the policy of {@link PROBE_KIND} comes into the PDP. */
export const MOUNT_PACK =
  "Copy the policies and schemas of @kinde-cerbos/policies into the PDP's policy folder, which is " +
  "storage.disk.directory " +
  "in its configuration, then restart it. doctor.yaml is among them.";

const FIND_POLICY =
  "Look in the PDP's policy folder (storage.disk.directory) for a resourcePolicy whose resource is spelled " +
  "exactly so, " +
  "that is not disabled, and that the PDP's log says it has loaded. If the policy has a version or a scope, " +
  "give the check " +
  '"policyVersion" or "scope": see --explain check.';
