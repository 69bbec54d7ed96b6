import { type Context } from "./context.ts";
import { danger, mostSevere, ok, skipped, type Verdict, warning } from "./finding.ts";
import { type Decided } from "./pdp.ts";
import { ASSERT } from "./policy-verdicts.ts";
import { isSigned } from "./token-verdict.ts";
import { audiencesOf, expiryOf, isOfIssuer, subjectOf, type Token } from "./token.ts";

/** The findings that need tokens of other applications or issuers. */
export interface ForeignVerdicts {
  readonly audience: Verdict;
  readonly issuer: Verdict;
}

/**
 * Checks whether genuine tokens for other applications, or of other issuers, are refused.
 *
 * @param tokens the foreign tokens from the options
 * @param policies the verdict on the policies
 */
export async function foreignVerdicts(
  context: Context,
  token: Token,
  tokens: readonly Token[],
  policies: Verdict,
): Promise<ForeignVerdicts> {
  const audience: Verdict[] = [];
  const issuer: Verdict[] = [];
  for (const foreign of tokens) {
    if (isOfIssuer(foreign, context.issuer)) audience.push(await ofOtherAudience(context, token, foreign, policies));
    else issuer.push(await ofOtherIssuer(context, token, foreign, policies));
  }
  return {
    audience: mostSevere(audience) ?? notGiven("for another application"),
    issuer: mostSevere(issuer) ?? notGiven("of another issuer"),
  };
}

function notGiven(which: string): Verdict {
  return skipped(
    `No token ${which} was passed, and only an issuer can make one. Policies that allow your token may allow others.`,
    "Pass one with --foreign-token or KINDE_FOREIGN_TOKEN.",
  );
}

async function ofOtherAudience(context: Context, token: Token, foreign: Token, policies: Verdict): Promise<Verdict> {
  const { audience } = context;
  const remedy = "Pass a token of another application of this issuer that has not expired.";
  if ((await isSigned(foreign, context.keys)) !== true || hasExpired(foreign, context.now)) {
    return skipped("The foreign token has expired, or could not be verified with a key of this issuer.", remedy);
  }
  const differs = differences(token, foreign);
  if (differs.length === 0 || (audience !== undefined && audiencesOf(foreign).includes(audience))) {
    return skipped("The foreign token is for the same application or audience as yours.", remedy);
  }
  const outcome = await context.probe.check({ token: foreign.text, principal: subjectOf(foreign) });
  if (outcome.is === "refusal") {
    return ok(
      `A genuine token with another ${differs.join(" and ")} was refused before any policy: HTTP ${outcome.status}.`,
    );
  }
  if (outcome.is === "unclear") return skipped(`There was no decision: ${outcome.seen}.`, "Try again.");
  if (outcome.allowed && !differs.includes("aud") && audiencesOf(token).length > 0) {
    return warning(
      "The policies allowed a genuine token with another azp and the same aud.",
      "If your policies compare aud, this is correct: pass --audience, and a foreign token without that " +
        "audience. If not, let them compare azp: set engine.globals.clientId.",
    );
  }
  if (outcome.allowed)
    return danger(`The policies allowed a genuine token with another ${differs.join(" and ")}.`, ASSERT);
  return (
    deniedBy(outcome, policies) ?? ok(`The policies denied a genuine token with another ${differs.join(" and ")}.`)
  );
}

async function ofOtherIssuer(context: Context, token: Token, foreign: Token, policies: Verdict): Promise<Verdict> {
  if (hasExpired(foreign, context.now)) {
    return skipped(
      "The token of another issuer has expired, so a refusal proves nothing.",
      "Pass one that has not expired.",
    );
  }
  const outcome = await context.probe.check({ token: foreign.text, principal: subjectOf(foreign) });
  if (outcome.is === "unclear") return skipped(`There was no decision: ${outcome.seen}.`, "Try again.");
  if (outcome.is === "refusal") {
    const target = context.target.kind === "gateway" ? "gateway" : "PDP";
    return ok(
      `The ${target} refused it before any policy: HTTP ${outcome.status}. This does not show whether the policies ` +
        "compare iss.",
    );
  }
  if (outcome.allowed) {
    return danger("The policies allowed it: the PDP has a key of that issuer, and no policy compares iss.", ASSERT);
  }
  const differs = differences(token, foreign);
  if (differs.length > 0) {
    return skipped(
      `It was denied. As it also has another ${differs.join(" and ")}, this does not show that the policies ` +
        "compare iss.",
      "Pass a token of that issuer that differs from yours in iss only, or read the policies.",
    );
  }
  return deniedBy(outcome, policies) ?? ok("The policies denied a token that differs in iss.");
}

/** Returns a verdict if a denial proves nothing. */
function deniedBy(outcome: Decided, policies: Verdict): Verdict | undefined {
  if (outcome.policy !== "none" && policies.state === "ok") return undefined;
  return skipped("It was denied, and so is your own token, so this proves nothing.", "See policies.");
}

/** Returns which of `azp` and `aud` differ. */
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
