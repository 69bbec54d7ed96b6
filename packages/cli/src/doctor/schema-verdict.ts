import { ok, skipped, type Verdict, warning } from "./finding.ts";
import { type PdpProbe, PROBE_KIND } from "./pdp.ts";
import { subjectOf, type Token } from "./token.ts";

/** An attribute that no schema has. */
const MISFIT = { "kinde-cerbos doctor": true };

/**
 * Checks whether attributes that do not fit a schema are refused.
 *
 * @param token a genuine token that the PDP accepts, if there is one
 * @param policies the verdict on the policies that allow the probe
 * @param given a kind that has a schema. Default: {@link PROBE_KIND}, whose schema comes with the policies for Kinde
 *   tokens
 */
export async function schemaVerdict(
  probe: PdpProbe,
  token: Token | undefined,
  policies: Verdict,
  given?: string,
): Promise<Verdict> {
  const kind = given ?? PROBE_KIND;
  const outcome = await probe.check({
    kind,
    attr: MISFIT,
    principal: token === undefined ? "kinde-cerbos-doctor" : subjectOf(token),
    ...(token !== undefined && { token: token.text }),
  });
  const name = "Pass a kind that has a schema with --schema-kind.";
  if (outcome.is !== "decision") return skipped("There was no decision.", "See pdp-reachable and token-accepted.");
  if (outcome.policy === "none") return skipped(`The PDP has no policy for the kind ${kind}, and so no schema.`, name);
  if (outcome.policy === "unknown" && !outcome.misfit && !outcome.allowed) {
    return skipped(`It was denied, and the answer does not say whether there is a policy for the kind ${kind}.`, name);
  }
  if (!outcome.misfit) {
    return warning(
      `An unknown attribute of ${kind} was accepted: schemas are not enforced, or the kind has no schema ` +
        "that refuses unknown attributes.",
      "Set schema.enforcement: reject, and additionalProperties: false in the schema.",
    );
  }
  if (outcome.allowed) {
    return warning(
      "Attributes that do not fit are reported, but policies are still evaluated with them: schema.enforcement is " +
        "warn.",
      "Set schema.enforcement: reject.",
    );
  }
  if (kind === PROBE_KIND && policies.state === "ok") return ok("A check with an unknown attribute was denied.");
  return skipped(
    "An attribute that does not fit is reported. The doctor cannot see whether it is also refused, because the check " +
      "is denied anyway.",
    "Check that schema.enforcement is reject in the PDP's configuration.",
  );
}
