import { type Context } from "./context.ts";
import { danger, ok, skipped, type Verdict, warning } from "./finding.ts";
import {
  type Forgery,
  tamperedTokens,
  tokensOfAnotherKey,
  tokensSignedWithPublicKey,
  unsignedTokens,
} from "./forgery.ts";
import { type Target } from "./target.ts";
import { isSigned } from "./token-verdict.ts";
import { expiryOf, isOfIssuer, subjectOf, type Token } from "./token.ts";

/** How long after `exp` a PDP may accept a token without it being called a danger (`acceptableTimeSkew`), ms. */
const SKEW = 60_000;

const VERIFY =
  "Let the PDP verify tokens: give it a key set with the issuer's JWKS in auxData.jwt.keySets, and remove " +
  "disableVerification.";

/** Whether the genuine token is accepted. */
export async function acceptedVerdict({ probe, target, keys }: Context, token: Token): Promise<Verdict> {
  const outcome = await probe.ask({ token: token.text, principal: subjectOf(token) });
  if (outcome.is === "decision") {
    return ok(`The ${nameOf(target)} accepted it.${keys === undefined ? " Its signature was not verified here." : ""}`);
  }
  if (outcome.is === "refusal") {
    return danger(
      `The ${nameOf(target)} refused it: HTTP ${outcome.status}.`,
      target.kind === "gateway"
        ? "Compare the gateway's options issuer, clientId and audience with the token's iss, azp and aud. The " +
            "body of its 401 says which one it is."
        : "The reason is in the PDP's log. Common ones: no auxData.jwt.keySets, another issuer's JWKS, several " +
            "key sets and no --key-set-id, keys without kid and alg, a wrong clock.",
    );
  }
  return skipped(
    `It was neither accepted nor refused: ${outcome.seen}.`,
    "Does a gateway or proxy limit kinds, rates or paths? Let it allow the kind kinde_doctor: with a " +
      'gateway, allow: { kinde_doctor: "*" }.',
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
  return refusalOf(context, token, forgeries, `${VERIFY} Its keys need the alg RS256.`);
}

/**
 * Whether a genuine token that was tampered with is refused, right after the genuine one: a cache of verified tokens
 * whose key is the signature alone has it then.
 */
export function tokenCacheVerdict(context: Context, token: Token): Promise<Verdict> {
  const remedy =
    "Anyone with a token can make another one with other rights. Use Cerbos 0.55 or newer, or set " +
    "auxData.jwt.cacheSize: -1 in its configuration.";
  return refusalOf(context, token, tamperedTokens(token), remedy, { afterGenuine: true });
}

/**
 * Whether an expired token is refused. Only the issuer can make one.
 *
 * @param token the one that was given, if any
 */
export async function expiredVerdict({ probe, target, issuer, keys, now }: Context, token?: Token): Promise<Verdict> {
  const remedy = "Keep a token until it has expired, and pass it with --expired-token or KINDE_EXPIRED_TOKEN.";
  if (token === undefined) return skipped("No expired token was given, and only the issuer can make one.", remedy);
  if ((await isSigned(token, keys)) !== true || !isOfIssuer(token, issuer)) {
    return skipped("No key of this issuer verifies the expired token, so a refusal would prove nothing.", remedy);
  }
  const age = now - (expiryOf(token) ?? Infinity);
  if (age < 0) return skipped("The token given as expired has not expired.", remedy);

  const outcome = await probe.ask({ token: token.text, principal: subjectOf(token) });
  if (outcome.is === "unclear") return skipped(`It was neither accepted nor refused: ${outcome.seen}.`, "Try again.");
  if (outcome.is === "refusal") return ok(refusedBy(target, "the expired token"));
  return age < SKEW
    ? warning(
        `It was accepted ${Math.ceil(age / 1000)} s after its end.`,
        "Your auxData.jwt.acceptableTimeSkew may allow that. Try again with a token that expired more than a " +
          "minute ago.",
      )
    : danger(
        "It was accepted.",
        `${VERIFY} Check that the PDP's clock is right, and that acceptableTimeSkew is a few seconds.`,
      );
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
      "Try again, and make sure that no rate limit is in between.",
    );
  }
  if (!(await isAccepted())) {
    return skipped(
      "Your token was no longer accepted by then, so refusals prove nothing.",
      "Try again with a new token.",
    );
  }
  return ok(refusedBy(target, forgeries.map(({ how }) => how).join(", ")));
}

/** A gateway's refusal says nothing about the PDP behind it. */
function refusedBy(target: Target, what: string): string {
  return target.kind === "gateway"
    ? `Refused by the gateway: ${what}. What the PDP behind it does was not seen.`
    : `Refused: ${what}.`;
}

function nameOf(target: Target): string {
  return target.kind === "gateway" ? "gateway" : "PDP";
}
