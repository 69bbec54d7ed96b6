import { type Context } from "./context.ts";
import { ok, skipped, type Verdict, warning } from "./finding.ts";
import { MOUNT_PACK } from "./no-match.ts";
import { comparisonIn } from "./settings.ts";
import { subjectOf, type Token } from "./token.ts";

/** An action of the doctor's policy: denied with strict evaluation, otherwise allowed for every valid token. */
const STRICT_ACTION = "probe_strict";

/**
 * Checks whether `engine.strictEvaluation` is on. The doctor's policy has a DENY rule whose condition always fails with
 * an error.
 *
 * @param token a genuine token that the PDP accepts, if there is one
 * @param policies the verdict on the policies: a denial proves something only if they allow the token
 */
export async function strictVerdict({ probe }: Context, token: Token | undefined, policies: Verdict): Promise<Verdict> {
  if (token === undefined || policies.state !== "ok") {
    return skipped("This can be tested only with a token that the policies allow.", "See token and policies.");
  }
  const probeCheck = { token: token.text, principal: subjectOf(token) };
  const allowed = await probe.check(probeCheck);
  if (allowed.is === "decision" && comparisonIn(allowed) === undefined) {
    return skipped("The PDP's policy for kinde_doctor is older than this doctor, and cannot show this.", MOUNT_PACK);
  }
  const outcome = await probe.check({ ...probeCheck, action: STRICT_ACTION });
  if (allowed.is !== "decision" || outcome.is !== "decision") {
    return skipped("There was no decision.", 'Try again. The option allow of a gateway must have kinde_doctor: "*".');
  }
  return outcome.allowed
    ? warning(
        "engine.strictEvaluation is off. A DENY rule with an error in its condition, " +
          "such as a missing attribute, denies nothing.",
        "Set engine.strictEvaluation: true in the PDP's configuration. It needs Cerbos 0.55 or newer.",
      )
    : ok("engine.strictEvaluation is on.");
}
