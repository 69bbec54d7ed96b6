import { type Context } from "./context.ts";
import { ok, skipped, type Verdict, warning } from "./finding.ts";
import { MOUNT_PACK } from "./no-match.ts";
import { comparisonIn } from "./settings.ts";
import { subjectOf, type Token } from "./token.ts";

/** An action of the doctor's policy: with strict evaluation denied, otherwise allowed for each token that counts. */
const STRICT_ACTION = "probe_strict";

/**
 * Whether `engine.strictEvaluation` is on. The doctor's policy has a DENY rule whose condition always fails with an
 * error.
 *
 * @param token a genuine one that is accepted, if there is one
 * @param policies the verdict on the policies: a denial tells something only if they allow the token
 */
export async function strictVerdict({ probe }: Context, token: Token | undefined, policies: Verdict): Promise<Verdict> {
  if (token === undefined || policies.state !== "ok") {
    return skipped("This can be tested only with a token that the policies allow.", "See token and policies.");
  }
  const question = { token: token.text, principal: subjectOf(token) };
  const allowed = await probe.ask(question);
  if (allowed.is === "decision" && comparisonIn(allowed) === undefined) {
    return skipped("The PDP's policy for kinde_doctor is older than this doctor, and does not tell.", MOUNT_PACK);
  }
  const outcome = await probe.ask({ ...question, action: STRICT_ACTION });
  if (allowed.is !== "decision" || outcome.is !== "decision") {
    return skipped(
      "There was no decision.",
      'Try again. A gateway with the option allow has to list kinde_doctor: "*".',
    );
  }
  return outcome.allowed
    ? warning(
        "engine.strictEvaluation is off. A DENY rule with an error in its condition, " +
          "such as a missing attribute, denies nothing.",
        "Set engine.strictEvaluation: true in the PDP's configuration. It needs Cerbos 0.55 or newer.",
      )
    : ok("engine.strictEvaluation is on.");
}
