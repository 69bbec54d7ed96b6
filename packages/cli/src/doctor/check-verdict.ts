import { directAttempts, gatewayAttempts, principalOf, principalWithoutClaims } from "./attempts.ts";
import { type Context } from "./context.ts";
import { danger, ok, skipped, type Verdict } from "./finding.ts";
import { noMatch } from "./no-match.ts";
import { type OwnCheck } from "./own-check.ts";
import { type Claimed, type Decided, type Outcome } from "./pdp.ts";
import { type Token } from "./token.ts";

/**
 * Checks whether the policies for one check trust only the verified token. Sends it with the token, and in ways that
 * must be denied, because the caller claims something about itself.
 *
 * @param token a genuine token that the PDP accepts, if there is one
 */
export async function checkVerdict(context: Context, check: OwnCheck, token: Token | undefined): Promise<Verdict> {
  const { probe, target } = context;
  const isGateway = target.kind === "gateway";
  const send = (principal: Claimed, withToken: boolean): Promise<Outcome> =>
    probe.check({ ...check.resource, principal, ...(withToken && token !== undefined && { token: token.text }) });

  const own = token === undefined ? undefined : await send(principalOf(token), true);
  const isAllowed = own?.is === "decision" && own.allowed;
  const outcomes = own === undefined ? [] : [own];
  const allowed: AllowedAttempt[] = [];
  for (const attempt of isGateway ? gatewayAttempts(token) : directAttempts(check, token)) {
    const { how, principal, withToken } = attempt;
    if (attempt.onlyIfDenied === true && isAllowed) continue;
    // If it is allowed already, more claims prove nothing new.
    if (allowed.some((earlier) => earlier.withToken === withToken)) continue;
    const outcome = await send(principal, withToken);
    // A gateway may refuse a request without a token, which is as good as a denial.
    if (!(isGateway && outcome.is === "refusal")) outcomes.push(outcome);
    if (outcome.is === "decision" && outcome.allowed) allowed.push({ how, withToken, policy: outcome.policy });
  }
  // The policies may allow the token's user because of the roles and attributes in the principal.
  const bare =
    token !== undefined && isAllowed && !isGateway ? await send(principalWithoutClaims(token), true) : undefined;
  if (bare !== undefined) outcomes.push(bare);
  const verdict =
    allowed.length > 0
      ? allowedTooMuch(allowed, isGateway)
      : (provesNothing(outcomes, check) ??
        (bare?.is === "decision" && !bare.allowed ? ALLOWED_FOR_CLAIMS : allowedWithTokenAlone(own, isGateway)));
  return { ...verdict, title: titleOf(verdict, check, isGateway) };
}

/** An attempt that was allowed, although it must be denied. */
interface AllowedAttempt {
  readonly how: string;
  readonly withToken: boolean;
  readonly policy: Decided["policy"];
}

const PUBLIC =
  "Is this action meant for callers without a token? If not, deny it to them in the policies, or turn off the " +
  "gateway's option anonymous.";

const BY_TOKEN =
  "Take rights from the verified token: request.aux_data.jwt, or V.kinde_… of @kinde-cerbos/policies. Do not " +
  'take them from P.id, P.roles, P.attr, rules for roles other than "*", or principal policies. Or let only a ' +
  "gateway reach this PDP: it replaces the principal.";

const BY_PRINCIPAL = "A principal policy allowed it: Cerbos finds those by principal.id, which the caller chooses.";

function allowedTooMuch(allowed: readonly AllowedAttempt[], isGateway: boolean): Verdict {
  const seen = `Allowed ${allowed.map(({ how }) => how).join("; ")}.`;
  if (isGateway) return danger(seen, PUBLIC);
  const isByPrincipal = allowed.some(({ policy }) => policy === "principal");
  return danger(isByPrincipal ? `${seen} ${BY_PRINCIPAL}` : seen, BY_TOKEN);
}

const ALLOWED_FOR_CLAIMS = danger(
  "Allowed with your token, but denied with the same token to a caller who claims no roles or attributes. So the " +
    "policies read what a caller claims about itself, and every user with a token can claim the same.",
  BY_TOKEN,
);

/** Returns a verdict if denials prove nothing, for example because there is no policy. */
function provesNothing(outcomes: readonly Outcome[], check: OwnCheck): Verdict | undefined {
  if (outcomes.some((outcome) => outcome.is === "decision" && outcome.policy === "none"))
    return noMatch(check.resource);
  if (outcomes.some((outcome) => outcome.is === "decision" && outcome.misfit)) {
    return skipped(
      "The attributes do not fit the schema of this kind, which may be why it is denied.",
      'Give the check the attributes of a real resource: {"kind":…,"action":…,"attr":{…}}.',
    );
  }
  const failed = outcomes.find((outcome) => outcome.is !== "decision");
  if (failed === undefined) return undefined;
  return skipped(
    failed.is === "refusal"
      ? `The request was refused: HTTP ${failed.status}.`
      : `There was no decision: ${failed.seen}.`,
    "Check that kind, action, version and scope are spelled as in the policy, and that a gateway in front of the " +
      "PDP allows the kind (its option allow).",
  );
}

/** Returns the verdict if no attempt was allowed. */
function allowedWithTokenAlone(own: Outcome | undefined, isGateway: boolean): Verdict {
  if (own?.is !== "decision") {
    return skipped(
      "Denied without a token. It was not checked with a token, because none was accepted.",
      "See token and token-accepted.",
    );
  }
  if (!own.allowed) {
    const isUnknown = own.policy === "unknown" ? " The answers do not say whether there is a policy for it." : "";
    return skipped(
      `Denied in every attempt, and also with your token, so the denials prove nothing.${isUnknown}`,
      "Pass a check that your token's user is allowed, with the attributes that its policy needs: see --explain check.",
    );
  }
  return ok(
    isGateway
      ? "Denied or refused without a token. The gateway replaces the principal, so the doctor cannot see what the " +
          "policies do with a claimed one."
      : "Allowed with your token. Denied without it, and under another principal id. " +
          "It does not depend on the roles and attributes that a caller claims.",
  );
}

function titleOf({ state }: Verdict, { name }: OwnCheck, isGateway: boolean): string {
  switch (state) {
    case "ok":
      return isGateway
        ? `${name} is allowed with your token, and not without one`
        : `The policies for ${name} trust only the token`;
    case "skipped":
      return `Unknown: whether the policies for ${name} trust only the token`;
    default:
      return `The policies for ${name} trust more than the token`;
  }
}
