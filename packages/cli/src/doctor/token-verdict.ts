import { readClaims } from "@kinde-cerbos/core";

import { danger, ok, type Verdict, warning } from "./finding.ts";
import { type IssuerKey } from "./jwks.ts";
import { audiencesOf, expiryOf, isOfIssuer, isSignedBy, type Token } from "./token.ts";

/** What the token is compared with. */
export interface Expected {
  readonly issuer: string;
  readonly clientId?: string;
  readonly audience?: string;
  /** The issuer's keys; undefined where they could not be read. */
  readonly keys: readonly IssuerKey[] | undefined;
  /** Now, ms. */
  readonly now: number;
}

/** A token and what is thought of it. */
export interface Judged {
  readonly verdict: Verdict;
  /** Whether a PDP that accepts it is right to: only then does its refusal of others say something. */
  readonly isGenuine: boolean;
}

const NEW_TOKEN = "Take an access token that was issued just now, of this issuer: getAccessToken(), or --login.";

/** Judges the token that is to be accepted. */
export function judgeToken(token: Token, { issuer, clientId, audience, keys, now }: Expected): Judged {
  const unfit = whyUnfit(token, keys, now);
  if (unfit !== undefined) return { verdict: danger(unfit, NEW_TOKEN), isGenuine: false };

  const problems: string[] = [];
  if (!isOfIssuer(token, issuer)) problems.push("its iss is not --issuer");
  if (clientId !== undefined && token.claims["azp"] !== clientId) problems.push("its azp is not --client-id");
  if (audience !== undefined && !audiencesOf(token).includes(audience)) problems.push("its aud lacks --audience");
  if ("at_hash" in token.claims || "nonce" in token.claims) problems.push("it looks like an id token");
  if (problems.length > 0) {
    const remedy = "Pass an access token of the application that --issuer, --client-id and --audience name, or correct these.";
    return { verdict: danger(`Not what was expected: ${problems.join("; ")}.`, remedy), isGenuine: true };
  }
  if (expiryOf(token) === undefined) {
    const remedy = "Kinde always sets exp. Without one, Cerbos takes the token for ever.";
    return { verdict: warning("It has no exp.", remedy), isGenuine: true };
  }
  if (keys === undefined) {
    const remedy = "See jwks-reachable.";
    return { verdict: warning("Its signature was not verified here, for want of the issuer's keys.", remedy), isGenuine: true };
  }
  const compared = ["iss", ...(clientId === undefined ? [] : ["azp"]), ...(audience === undefined ? [] : ["aud"])];
  return {
    verdict: ok(`Signed by a key of the issuer, not expired, and as expected in ${compared.join(", ")}.`),
    isGenuine: true,
  };
}

/**
 * Whether one of the keys signed it. Undefined where that cannot be known.
 *
 * @param keys the issuer's; undefined where they could not be read
 */
export function isSigned(token: Token, keys: readonly IssuerKey[] | undefined): boolean | undefined {
  return keys?.some(({ key }) => token.header["alg"] === "RS256" && isSignedBy(token, key));
}

/** Why a PDP would be right to refuse it. */
function whyUnfit(token: Token, keys: readonly IssuerKey[] | undefined, now: number): string | undefined {
  if (isSigned(token, keys) === false) return "No key of the issuer has signed it with RS256.";
  if ((expiryOf(token) ?? Infinity) <= now) return "It has expired.";
  try {
    readClaims(token.claims);
  } catch (error) {
    // Its messages name the claim and what it must be.
    return error instanceof Error ? error.message : "Its claims cannot be read.";
  }
  return undefined;
}
