import { ok, skipped, type Verdict, warning } from "./finding.ts";
import { type PdpProbe, PROBE_KIND } from "./pdp.ts";
import { subjectOf, type Token } from "./token.ts";

/** An attribute that no schema knows. */
const MISFIT = { "kinde-cerbos doctor": true };

/**
 * Whether attributes that do not fit a schema are refused.
 *
 * @param token a genuine one that is accepted, if there is one
 * @param policies the verdict on the policies that allow the probe
 * @param given a kind that has a schema. Default: {@link PROBE_KIND}, whose schema comes with the policies for Kinde tokens
 */
export async function schemaVerdict(
  probe: PdpProbe,
  token: Token | undefined,
  policies: Verdict,
  given?: string,
): Promise<Verdict> {
  const kind = given ?? PROBE_KIND;
  const outcome = await probe.ask({
    kind,
    attr: MISFIT,
    principal: token === undefined ? "kinde-cerbos-doctor" : subjectOf(token),
    ...(token !== undefined && { token: token.text }),
  });
  const name = "Name one that has a schema: --schema-kind. And set schema.enforcement: reject.";
  if (outcome.is !== "decision") return skipped("There was no decision.", "See pdp-reachable and token-accepted.");
  if (outcome.policy === "none") return skipped(`No policy knows the kind ${kind}.`, name);
  if (!outcome.misfit) {
    return warning(
      `Attributes that fit no schema were taken for ${kind}: schemas are not enforced, or it has none that refuses what it does not know.`,
      "Set schema.enforcement: reject, and additionalProperties: false in the schema.",
    );
  }
  if (outcome.allowed) {
    return warning(
      "Attributes that do not fit are reported, and evaluated all the same: schema.enforcement is warn.",
      "Set schema.enforcement: reject.",
    );
  }
  if (kind === PROBE_KIND && policies.state === "ok") return ok("Attributes that do not fit were refused.");
  return skipped(
    "Attributes that do not fit are reported. Whether they are refused, too, is not known: what is asked is denied anyway.",
    "Look at schema.enforcement in the PDP's configuration: it should be reject.",
  );
}
