import { type Context } from "./context.ts";
import { danger, gravest, ok, skipped, type Verdict, warning } from "./finding.ts";
import { type Outcome } from "./pdp.ts";
import { ASSERT } from "./policy-verdicts.ts";
import { audiencesOf, expiryOf, isOfIssuer, subjectOf, type Token } from "./token.ts";
import { isSigned } from "./token-verdict.ts";

/** Findings that need tokens which only an issuer can make. */
export interface ForeignVerdicts {
  readonly audience: Verdict;
  readonly issuer: Verdict;
}

/**
 * Whether genuine tokens that are meant for others are refused.
 *
 * @param tokens the ones that were given
 * @param expected the audience that a token for this API has, and the verdict on the policies
 */
export async function foreignVerdicts(
  context: Context,
  token: Token,
  tokens: readonly Token[],
  expected: Expected,
): Promise<ForeignVerdicts> {
  const audience: Verdict[] = [];
  const issuer: Verdict[] = [];
  for (const foreign of tokens) {
    if (isOfIssuer(foreign, context.issuer)) audience.push(await ofOtherAudience(context, token, foreign, expected));
    else issuer.push(await ofOtherIssuer(context, token, foreign, expected));
  }
  return {
    audience: gravest(audience) ?? notGiven("for another application"),
    issuer: gravest(issuer) ?? notGiven("of another issuer"),
  };
}

interface Expected {
  readonly audience: string | undefined;
  readonly policies: Verdict;
}

function notGiven(which: string): Verdict {
  return skipped(
    `Only an issuer can make a token ${which}, and none was given. That the policies allow a genuine one does not prove it.`,
    "Pass one: --foreign-token or KINDE_FOREIGN_TOKEN.",
  );
}

async function ofOtherAudience(
  context: Context,
  token: Token,
  foreign: Token,
  { audience, policies }: Expected,
): Promise<Verdict> {
  const remedy = "Pass a token of another application of this issuer, which has not expired.";
  if (isSigned(foreign, context.keys) !== true || hasExpired(foreign, context.now)) {
    return skipped("The foreign token was not verified as one of the issuer's that is good now.", remedy);
  }
  const differs = differences(token, foreign);
  if (differs.length === 0 || (audience !== undefined && audiencesOf(foreign).includes(audience))) {
    return skipped("The token that was given as foreign is for the same application or audience.", remedy);
  }
  const outcome = await context.probe.ask({ token: foreign.text, principal: subjectOf(foreign) });
  if (outcome.is === "refusal") {
    return ok(`A genuine token with another ${differs.join(" and ")} was refused as such: HTTP ${outcome.status}.`);
  }
  if (outcome.is === "unclear") return skipped(`There was no decision: ${outcome.seen}.`, "Try again.");
  if (outcome.allowed && !differs.includes("aud") && audiencesOf(token).length > 0) {
    return warning(
      "They allowed a genuine token with another azp and the same aud.",
      "If aud is what your policies assert, this is as it should be: pass --audience, and a token without that audience. If not, assert azp.",
    );
  }
  if (outcome.allowed) return danger(`They allowed a genuine token with another ${differs.join(" and ")}.`, ASSERT);
  return deniedBy(outcome, policies) ?? ok(`A genuine token with another ${differs.join(" and ")} was denied.`);
}

async function ofOtherIssuer(context: Context, token: Token, foreign: Token, { policies }: Expected): Promise<Verdict> {
  if (hasExpired(foreign, context.now)) {
    return skipped("The token of another issuer has expired, so a refusal proves nothing.", "Pass one that is good now.");
  }
  const outcome = await context.probe.ask({ token: foreign.text, principal: subjectOf(foreign) });
  if (outcome.is === "unclear") return skipped(`There was no decision: ${outcome.seen}.`, "Try again.");
  if (outcome.is === "refusal") {
    const who = context.target.kind === "gateway" ? "gateway" : "PDP";
    return ok(
      `The ${who} refused it: HTTP ${outcome.status}. It did not get as far as the policies, so what they assert of iss was not seen.`,
    );
  }
  if (outcome.allowed) {
    return danger(
      "They allowed it: a key of that issuer is among the PDP's key sets, and no policy compares iss.",
      ASSERT,
    );
  }
  const differs = differences(token, foreign);
  if (differs.length > 0) {
    return skipped(
      `It was denied. It also has another ${differs.join(" and ")}, so whether the policies compare iss is not known.`,
      "Pass a token of that issuer that differs in iss only, or read the policies.",
    );
  }
  return deniedBy(outcome, policies) ?? ok("A token that differs in iss was denied.");
}

/** Why a denial proves nothing, if it does not. */
function deniedBy(outcome: Outcome & { is: "decision" }, policies: Verdict): Verdict | undefined {
  if (outcome.policy !== "none" && policies.state === "ok") return undefined;
  return skipped("It was denied, and so is whatever else is asked.", "See policies.");
}

/** In which of `azp` and `aud` the two differ. */
function differences(token: Token, foreign: Token): string[] {
  return [
    ...(token.claims["azp"] === foreign.claims["azp"] ? [] : ["azp"]),
    ...(sortedAudiences(token) === sortedAudiences(foreign) ? [] : ["aud"]),
  ];
}

function sortedAudiences(token: Token): string {
  return JSON.stringify(audiencesOf(token).map(String).toSorted());
}

function hasExpired(token: Token, now: number): boolean {
  return (expiryOf(token) ?? Infinity) <= now;
}
