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

/** How long after `exp` an accepted token is only a warning, because of `acceptableTimeSkew`, in ms. */
const SKEW = 60_000;

const VERIFY =
  "Let the PDP verify tokens: give it a key set with the issuer's JWKS in auxData.jwt.keySets, and remove " +
  "disableVerification.";

/** Checks whether the genuine token is accepted. */
export async function acceptedVerdict({ probe, target, keys }: Context, token: Token): Promise<Verdict> {
  const outcome = await probe.check({ token: token.text, principal: subjectOf(token) });
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
    "Check whether a gateway or proxy limits kinds, rates or paths. It must allow the kind kinde_doctor: in a " +
      'gateway, allow: { kinde_doctor: "*" }.',
  );
}

/** Checks whether tokens with a wrong signature are refused. */
export async function signatureVerdict(context: Context, token: Token): Promise<Verdict> {
  return refusalOf(context, token, await tokensOfAnotherKey(token), VERIFY);
}

/** Checks whether tokens without a signature are refused. */
export function algNoneVerdict(context: Context, token: Token): Promise<Verdict> {
  return refusalOf(context, token, unsignedTokens(token), VERIFY);
}

/** Checks whether tokens signed with the issuer's public key as a secret are refused. */
export async function hs256Verdict(context: Context, token: Token): Promise<Verdict> {
  if (context.keys === undefined) {
    return skipped(
      "The issuer's public key could not be read, so no token could be forged with it.",
      "See jwks-reachable.",
    );
  }
  const forgeries = context.keys.flatMap(({ key }) => tokensSignedWithPublicKey(token, key));
  return refusalOf(context, token, forgeries, `${VERIFY} The keys in the JWKS need the alg RS256.`);
}

/**
 * Checks whether a genuine token that was tampered with is refused right after the genuine one, when a cache of
 * verified tokens would have its signature.
 */
export function tokenCacheVerdict(context: Context, token: Token): Promise<Verdict> {
  const remedy =
    "Anyone with a token can make another one with other rights. Use Cerbos 0.55 or newer, or set " +
    "auxData.jwt.cacheSize: -1 in its configuration.";
  return refusalOf(context, token, tamperedTokens(token), remedy, { afterGenuine: true });
}

/**
 * Checks whether an expired token is refused.
 *
 * @param token the expired token from the options, if any: only the issuer can make one
 */
export async function expiredVerdict({ probe, target, issuer, keys, now }: Context, token?: Token): Promise<Verdict> {
  const remedy = "Keep a token until it has expired, and pass it with --expired-token or KINDE_EXPIRED_TOKEN.";
  if (token === undefined) return skipped("No expired token was passed, and only the issuer can make one.", remedy);
  if ((await isSigned(token, keys)) !== true || !isOfIssuer(token, issuer)) {
    return skipped("No key of this issuer verifies the expired token, so a refusal would prove nothing.", remedy);
  }
  const age = now - (expiryOf(token) ?? Infinity);
  if (age < 0) return skipped("The token in --expired-token has not expired.", remedy);

  const outcome = await probe.check({ token: token.text, principal: subjectOf(token) });
  if (outcome.is === "unclear") return skipped(`It was neither accepted nor refused: ${outcome.seen}.`, "Try again.");
  if (outcome.is === "refusal") return ok(refusedBy(target, "the expired token"));
  return age < SKEW
    ? warning(
        `It was accepted ${Math.ceil(age / 1000)} s after it expired.`,
        "Your auxData.jwt.acceptableTimeSkew may allow that. Try again with a token that expired more than a " +
          "minute ago.",
      )
    : danger(
        "It was accepted.",
        `${VERIFY} Check that the PDP's clock is right, and that acceptableTimeSkew is a few seconds.`,
      );
}

/**
 * Sends each forgery. If all are refused, that is ok. If one is accepted, that is a danger. If one is neither, or if
 * the genuine token is no longer accepted at the end, for example because it expired, the result proves nothing.
 *
 * @param afterGenuine whether to send the genuine token right before each forgery. Default: false
 */
async function refusalOf(
  { probe, target }: Context,
  token: Token,
  forgeries: readonly Forgery[],
  remedy: string,
  { afterGenuine = false }: { readonly afterGenuine?: boolean } = {},
): Promise<Verdict> {
  const isAccepted = async (): Promise<boolean> =>
    (await probe.check({ token: token.text, principal: subjectOf(token) })).is === "decision";
  const accepted: string[] = [];
  const unclear: string[] = [];
  for (const { how, text, subject } of forgeries) {
    const isReady = !afterGenuine || (await isAccepted());
    const outcome = await probe.check({ token: text, principal: subject });
    if (outcome.is === "decision") accepted.push(how);
    else if (outcome.is === "unclear" || !isReady) unclear.push(how);
  }
  if (accepted.length > 0) return danger(`Accepted: ${accepted.join(", ")}.`, remedy);
  if (unclear.length > 0) {
    return skipped(
      `Neither accepted nor refused: ${unclear.join(", ")}.`,
      "Try again, and make sure that no rate limit applies.",
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

/** Describes a refusal. A gateway's refusal says nothing about the PDP behind it. */
function refusedBy(target: Target, what: string): string {
  return target.kind === "gateway"
    ? `Refused by the gateway: ${what}. The PDP behind it was not checked.`
    : `Refused: ${what}.`;
}

function nameOf(target: Target): string {
  return target.kind === "gateway" ? "gateway" : "PDP";
}
