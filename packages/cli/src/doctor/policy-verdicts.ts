import { type Context } from "./context.ts";
import { type Verdict, danger, ok, skipped } from "./finding.ts";
import { noMatch, MOUNT_PACK } from "./no-match.ts";
import { PROBE_ACTION, PROBE_KIND, SOMEONE_ELSE } from "./pdp.ts";
import { comparisonIn, whyDenied } from "./settings.ts";
import { subjectOf, type Token } from "./token.ts";

/** What policies must do, because the PDP does not. */
export const ASSERT =
  "Assert iss, azp or aud, and sub == request.principal.id in the policies, as @kinde-cerbos/policies does: " +
  "the PDP does not compare them.";

/** Checks whether the PDP has the policies for tokens, and whether they allow the token, and nothing without one. */
export async function policiesVerdict(context: Context, token: Token): Promise<Verdict> {
  const { probe, target } = context;
  const principal = subjectOf(token);
  const outcome = await probe.check({ token: token.text, principal });
  if (outcome.is !== "decision") return skipped("There was no decision.", "See token-accepted.");
  if (outcome.policy === "none") return noMatch({ kind: PROBE_KIND });
  if (!outcome.allowed) {
    const comparison = comparisonIn(outcome);
    if (comparison !== undefined) return whyDenied(comparison, token, context);
    return outcome.policy === "unknown"
      ? skipped(
          `The token was denied, and the answer does not say whether there is a policy for the kind ${PROBE_KIND}.`,
          `${MOUNT_PACK} If a gateway leaves out the metadata of decisions, run the doctor on the PDP itself.`,
        )
      : danger(
          "The policies require an iss, azp or aud that differs from the token's. They are older than this doctor " +
            "and do not report which one.",
          "Compare engine.globals in the PDP's configuration with the token, and update " +
            "@kinde-cerbos/policies to see which one it is.",
        );
  }
  const without = await probe.check({ principal });
  if (without.is === "decision" && without.allowed) {
    const verdict = danger(`They allow the action ${PROBE_ACTION} to everyone without a token.`, ASSERT);
    return { ...verdict, title: "The policies allow an action without a token" };
  }
  if (without.is === "unclear") {
    return skipped(`They allow your token. Without a token there was no answer: ${without.seen}.`, "Try again.");
  }
  return ok(
    without.is === "refusal" && target.kind === "gateway"
      ? "They allow your token. The gateway refuses a request without one."
      : "They allow your token, and deny a request without one.",
  );
}

/**
 * Checks whether the policies compare `sub` with the principal's id, which the caller chooses.
 *
 * @param policies the verdict of {@link policiesVerdict}
 */
export async function subjectVerdict({ probe, target }: Context, token: Token, policies: Verdict): Promise<Verdict> {
  if (target.kind === "gateway") {
    return skipped(
      "A gateway replaces the principal with the token's subject, so the doctor cannot see what the policies do with " +
        "another one.",
      "If anything but the gateway reaches the PDP, run the doctor on the PDP itself.",
    );
  }
  if (policies.state !== "ok") {
    return skipped("The policies did not allow your token, so a denial proves nothing.", "See policies.");
  }
  const outcome = await probe.check({ token: token.text, principal: SOMEONE_ELSE });
  if (outcome.is !== "decision") return skipped("There was no decision.", "Try again.");
  return outcome.allowed
    ? danger("Anyone with a token can send requests in anyone's name.", ASSERT)
    : ok(
        "The policies compare sub with principal.id. Principal policies are not covered by this: Cerbos " +
          "finds them by that id alone.",
      );
}
