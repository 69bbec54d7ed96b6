import { bareOf, directAttempts, gatewayAttempts, principalOf } from "./attempts.ts";
import { type Context } from "./context.ts";
import { danger, ok, skipped, type Verdict } from "./finding.ts";
import { noMatch } from "./no-match.ts";
import { type OwnCheck } from "./own-check.ts";
import { type Claimed, type Decided, type Outcome } from "./pdp.ts";
import { type Token } from "./token.ts";

/**
 * The verdict on whether the policies for one check trust only the verified token. It is sent with the token, and in
 * ways that must not be allowed, in which the caller claims something about itself.
 *
 * @param token a genuine one that is accepted, if there is one
 */
export async function checkVerdict(context: Context, check: OwnCheck, token: Token | undefined): Promise<Verdict> {
  const { probe, target } = context;
  const isGateway = target.kind === "gateway";
  const send = (principal: Claimed, withToken: boolean): Promise<Outcome> =>
    probe.ask({ ...check.resource, principal, ...(withToken && token !== undefined && { token: token.text }) });

  const own = token === undefined ? undefined : await send(principalOf(token), true);
  const isAllowed = own?.is === "decision" && own.allowed;
  const outcomes = own === undefined ? [] : [own];
  const opened: Opened[] = [];
  for (const attempt of isGateway ? gatewayAttempts(token) : directAttempts(check, token)) {
    const { how, principal, withToken } = attempt;
    if (attempt.onlyIfDenied === true && isAllowed) continue;
    // More claims add nothing to what is allowed already.
    if (opened.some((earlier) => earlier.withToken === withToken)) continue;
    const outcome = await send(principal, withToken);
    // Without a token a gateway refuses, and that is as good as a denial.
    if (!(isGateway && outcome.is === "refusal")) outcomes.push(outcome);
    if (outcome.is === "decision" && outcome.allowed) opened.push({ how, withToken, policy: outcome.policy });
  }
  // The token's user may be one whom the policies allow for what they claim.
  const bare = token !== undefined && isAllowed && !isGateway ? await send(bareOf(token), true) : undefined;
  if (bare !== undefined) outcomes.push(bare);
  const verdict =
    opened.length > 0
      ? allowedTooMuch(opened, isGateway)
      : (provesNothing(outcomes, check) ??
        (bare?.is === "decision" && !bare.allowed ? ALLOWED_FOR_CLAIMS : allowedWithTokenAlone(own, isGateway)));
  return { ...verdict, title: titleOf(verdict, check, isGateway) };
}

/** An attempt that was allowed. */
interface Opened {
  readonly how: string;
  readonly withToken: boolean;
  readonly policy: Decided["policy"];
}

const PUBLIC =
  "Is this action meant for callers without a token? If not, deny it to them in the policies, or turn off the " +
  "gateway's option anonymous.";

const BY_TOKEN =
  "Take rights from the verified token: request.aux_data.jwt, or V.kinde_… of @kinde-cerbos/policies. Do not " +
  "take them " +
  'from P.id, P.roles, P.attr, rules for roles other than "*", or principal policies. Or let only a gateway ' +
  "reach this " +
  "PDP: it replaces the principal.";

const BY_PRINCIPAL = "A principal policy allowed it: Cerbos finds those by principal.id, which the caller chooses.";

function allowedTooMuch(opened: readonly Opened[], isGateway: boolean): Verdict {
  const seen = `Allowed ${opened.map(({ how }) => how).join("; ")}.`;
  if (isGateway) return danger(seen, PUBLIC);
  const isByPrincipal = opened.some(({ policy }) => policy === "principal");
  return danger(isByPrincipal ? `${seen} ${BY_PRINCIPAL}` : seen, BY_TOKEN);
}

const ALLOWED_FOR_CLAIMS = danger(
  "Allowed with your token, and denied with it to a caller who claims no roles and attributes. So the " +
    "policies read what a caller claims about itself, and every user with a token can claim the same.",
  BY_TOKEN,
);

/** Why denials prove nothing, whatever the policies are. */
function provesNothing(outcomes: readonly Outcome[], check: OwnCheck): Verdict | undefined {
  if (outcomes.some((outcome) => outcome.is === "decision" && outcome.policy === "none"))
    return noMatch(check.resource);
  if (outcomes.some((outcome) => outcome.is === "decision" && outcome.misfit)) {
    return skipped(
      "The attributes do not fit the schema of this kind, so it may be denied for that.",
      'Give the check the attributes of a real resource: {"kind":…,"action":…,"attr":{…}}.',
    );
  }
  const failed = outcomes.find((outcome) => outcome.is !== "decision");
  if (failed === undefined) return undefined;
  return skipped(
    failed.is === "refusal"
      ? `The request was refused: HTTP ${failed.status}.`
      : `There was no decision: ${failed.seen}.`,
    "Are kind, action, version and scope spelled as in the policy? Does a gateway allow the kind (its option allow)?",
  );
}

/** The verdict if no attempt was allowed. */
function allowedWithTokenAlone(own: Outcome | undefined, isGateway: boolean): Verdict {
  if (own?.is !== "decision") {
    return skipped(
      "Denied without a token. It was not tried with one, as no token was accepted.",
      "See token and token-accepted.",
    );
  }
  if (!own.allowed) {
    const isUnknown = own.policy === "unknown" ? " The answers do not tell whether there is a policy for it." : "";
    return skipped(
      `Denied in each way it was sent, and with your token too, so the denials prove nothing.${isUnknown}`,
      "Give a check that your token's user may do, with the attributes that its policy needs: see --explain check.",
    );
  }
  return ok(
    isGateway
      ? "Denied or refused without a token. The gateway replaces the principal, so what the " +
          "policies do with a claimed one cannot be seen."
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
      return `Not known: whether the policies for ${name} trust only the token`;
    default:
      return `The policies for ${name} trust more than the token`;
  }
}
