import { type Context } from "./context.ts";
import { danger, ok, skipped, type Verdict, warning } from "./finding.ts";
import { type Forgery, tamperedTokens, tokensOfAnotherKey, tokensSignedWithPublicKey, unsignedTokens } from "./forgery.ts";
import { type Target } from "./target.ts";
import { expiryOf, isOfIssuer, subjectOf, type Token } from "./token.ts";
import { isSigned } from "./token-verdict.ts";

/** How much later than `exp` a PDP may be configured to accept a token (`acceptableTimeSkew`) without being called broken, ms. */
const SKEW = 60_000;

const VERIFY =
  "Let the PDP verify tokens: a key set in auxData.jwt.keySets with the issuer's JWKS, and no disableVerification.";

/** Whether the genuine token is accepted. */
export async function acceptedVerdict({ probe, target, keys }: Context, token: Token): Promise<Verdict> {
  const outcome = await probe.ask({ token: token.text, principal: subjectOf(token) });
  if (outcome.is === "decision") {
    return ok(`The ${nameOf(target)} decided with it.${keys === undefined ? " That it is genuine was not verified here." : ""}`);
  }
  if (outcome.is === "refusal") {
    return danger(
      `The ${nameOf(target)} refused it: HTTP ${outcome.status}.`,
      target.kind === "gateway"
        ? "Compare the gateway's issuer and audience with the token's iss, azp and aud."
        : "The reason is in the PDP's log only. Likely: no auxData.jwt.keySets, another issuer's JWKS, several key sets and no --key-set-id, keys without kid and alg, or a clock that is wrong.",
    );
  }
  return skipped(
    `It was neither accepted nor refused: ${outcome.seen}.`,
    "Does a gateway or proxy limit kinds, rates or paths? Let the kind kinde_doctor with the action probe through.",
  );
}

/** Whether tokens with a wrong signature are refused. */
export async function signatureVerdict(context: Context, token: Token): Promise<Verdict> {
  return refusalOf(context, token, await tokensOfAnotherKey(token), VERIFY);
}

/** Whether tokens without a signature are refused. */
export function algNoneVerdict(context: Context, token: Token): Promise<Verdict> {
  return refusalOf(context, token, unsignedTokens(token), VERIFY);
}

/** Whether the issuer's public key is taken for a secret. */
export async function hs256Verdict(context: Context, token: Token): Promise<Verdict> {
  if (context.keys === undefined) {
    return skipped("The issuer's public key could not be read, so nothing was forged with it.", "See jwks-reachable.");
  }
  const forgeries = context.keys.flatMap(({ key }) => tokensSignedWithPublicKey(token, key));
  return refusalOf(context, token, forgeries, `${VERIFY} Keys need an alg: RS256.`);
}

/**
 * Whether a genuine token that was tampered with is refused, right after the genuine one: a cache of verified tokens
 * whose key is the signature alone has it then.
 */
export function tokenCacheVerdict(context: Context, token: Token): Promise<Verdict> {
  const remedy =
    "Anyone who has a token can write themselves another one. Use Cerbos 0.53 or newer, or set auxData.jwt.cacheSize: -1.";
  return refusalOf(context, token, tamperedTokens(token), remedy, { afterGenuine: true });
}

/**
 * Whether an expired token is refused. Only the issuer can make one.
 *
 * @param token the one that was given, if any
 */
export async function expiredVerdict({ probe, target, issuer, keys, now }: Context, token?: Token): Promise<Verdict> {
  const remedy = "Keep a token until it has expired, and pass it: --expired-token or KINDE_EXPIRED_TOKEN.";
  if (token === undefined) return skipped("Only the issuer can make an expired token, and none was given.", remedy);
  if (isSigned(token, keys) !== true || !isOfIssuer(token, issuer)) {
    return skipped("The expired token was not verified as one of the issuer's, so a refusal would prove nothing.", remedy);
  }
  const age = now - (expiryOf(token) ?? Infinity);
  if (age < 0) return skipped("The token that was given as expired has not expired.", remedy);

  const outcome = await probe.ask({ token: token.text, principal: subjectOf(token) });
  if (outcome.is === "unclear") return skipped(`It was neither accepted nor refused: ${outcome.seen}.`, "Try again.");
  if (outcome.is === "refusal") return ok(refusedBy(target, "the expired token"));
  return age < SKEW
    ? warning(
        `It was accepted, ${Math.ceil(age / 1000)} s after its end.`,
        "Is that within your auxData.jwt.acceptableTimeSkew? Try again with one that expired more than a minute ago.",
      )
    : danger("It was accepted.", `${VERIFY} Is the PDP's clock right, and acceptableTimeSkew a few seconds?`);
}

/**
 * Sends each forgery. All refused is ok; one accepted is a danger; one of which neither can be said proves nothing.
 * Nor does anything where the genuine token is not accepted any more, as it may have expired meanwhile.
 *
 * @param afterGenuine whether each one comes right after the genuine token. Default: false
 */
async function refusalOf(
  { probe, target }: Context,
  token: Token,
  forgeries: readonly Forgery[],
  remedy: string,
  { afterGenuine = false }: { readonly afterGenuine?: boolean } = {},
): Promise<Verdict> {
  const isAccepted = async (): Promise<boolean> =>
    (await probe.ask({ token: token.text, principal: subjectOf(token) })).is === "decision";
  const accepted: string[] = [];
  const unclear: string[] = [];
  for (const { how, text, subject } of forgeries) {
    const isReady = !afterGenuine || (await isAccepted());
    const outcome = await probe.ask({ token: text, principal: subject });
    if (outcome.is === "decision") accepted.push(how);
    else if (outcome.is === "unclear" || !isReady) unclear.push(how);
  }
  if (accepted.length > 0) return danger(`Accepted: ${accepted.join(", ")}.`, remedy);
  if (unclear.length > 0) {
    return skipped(
      `Neither accepted nor refused: ${unclear.join(", ")}.`,
      "Try again, and see that no limit of rates stands in between.",
    );
  }
  if (!(await isAccepted())) {
    return skipped("By then the genuine token was not accepted any more, so refusals prove nothing.", "Try again, with a fresh token.");
  }
  return ok(refusedBy(target, forgeries.map(({ how }) => how).join(", ")));
}

/** A gateway's refusal says nothing of what is behind it. */
function refusedBy(target: Target, what: string): string {
  return target.kind === "gateway"
    ? `Refused by the gateway: ${what}. What the PDP behind it does was not seen.`
    : `Refused: ${what}.`;
}

function nameOf(target: Target): string {
  return target.kind === "gateway" ? "gateway" : "PDP";
}
