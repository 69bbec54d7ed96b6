import { type Context } from "./context.ts";
import { danger, ok, skipped, type Verdict } from "./finding.ts";
import { PROBE_ACTION, PROBE_KIND } from "./pdp.ts";
import { subjectOf, type Token } from "./token.ts";

const PACK = "Mount doctor.yaml of @kinde-cerbos/policies, or see to it that your own policies assert iss, azp or aud, and sub.";

/** What policies have to do, as nothing else does it. */
export const ASSERT =
  "Assert iss, azp or aud, and sub == request.principal.id in the policies, as @kinde-cerbos/policies does: the PDP does not compare them.";

/** Whether the policies are there, allow the genuine token, and allow nothing without one. */
export async function policiesVerdict({ probe, target }: Context, token: Token): Promise<Verdict> {
  const principal = subjectOf(token);
  const outcome = await probe.ask({ token: token.text, principal });
  if (outcome.is !== "decision") return skipped("There was no decision.", "See token-accepted.");
  if (outcome.policy === "none") {
    return skipped(`No policy knows the kind ${PROBE_KIND}, so what policies assert of tokens was not seen.`, PACK);
  }
  if (!outcome.allowed) {
    return outcome.policy === "matched"
      ? danger(
          "They deny it: what they assert of iss, azp or aud is not true of this token.",
          "Set the issuer and the audience, or client id, of the policies to what the token has. The finding token compares it with --issuer, --client-id and --audience.",
        )
      : skipped(`It was denied, and the answer does not say whether a policy knows the kind ${PROBE_KIND}.`, PACK);
  }
  const without = await probe.ask({ principal });
  if (without.is === "decision" && without.allowed) {
    return danger(`They allow ${PROBE_ACTION} without a token, too.`, ASSERT);
  }
  if (without.is === "unclear") {
    return skipped(`They allow it. Without a token there was no answer: ${without.seen}.`, "Try again.");
  }
  return ok(
    without.is === "refusal" && target.kind === "gateway"
      ? "They allow it. Without one, the gateway refused."
      : "They allow it, and deny without one.",
  );
}

/**
 * Whether the policies compare `sub` with the principal, which is what a browser says of itself.
 *
 * @param policies the verdict of {@link policiesVerdict}
 */
export async function subjectVerdict({ probe, target }: Context, token: Token, policies: Verdict): Promise<Verdict> {
  if (target.kind === "gateway") {
    return skipped(
      "A gateway puts the token's subject in the place of the principal, so what policies make of another one is not seen.",
      "Run the doctor on the PDP itself, if anything but the gateway reaches it.",
    );
  }
  if (policies.state !== "ok") return skipped("What the policies deny proves nothing yet.", "See policies.");
  const outcome = await probe.ask({ token: token.text, principal: "kinde-cerbos-doctor-someone-else" });
  if (outcome.is !== "decision") return skipped("There was no decision.", "Try again.");
  return outcome.allowed
    ? danger("They allowed it: anyone with a token can ask in anyone's name.", ASSERT)
    : ok("The genuine token with another principal.id was denied.");
}
