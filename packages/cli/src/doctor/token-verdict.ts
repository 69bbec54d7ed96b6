import { readClaims } from "@kinde-cerbos/core";
import { compactVerify } from "jose";
import { danger, ok, skipped, type Verdict, warning } from "./finding.ts";
import { type IssuerKey } from "./jwks.ts";
import { audiencesOf, expiryOf, isOfIssuer, type Token } from "./token.ts";

/** What a token should have. */
export interface Expected {
  readonly issuer: string;
  readonly clientId?: string;
  readonly audience?: string;
  /** The issuer's keys; `undefined` if they could not be read. */
  readonly keys: readonly IssuerKey[] | undefined;
  /** The time, in ms since the epoch. */
  readonly now: number;
}

/** The result of {@link judgeToken}. */
export interface TokenJudgment {
  readonly verdict: Verdict;
  /** Whether a PDP should accept the token. Only then do refusals of other tokens prove something. */
  readonly isGenuine: boolean;
}

const NEW_TOKEN = "Pass a new access token of this issuer: what getAccessToken() returns, or --login.";

/** Checks the token that the PDP should accept. */
export async function judgeToken(token: Token, expected: Expected): Promise<TokenJudgment> {
  const { issuer, clientId, audience, keys } = expected;
  const unfit = await whyUnfit(token, expected);
  if (unfit !== undefined) return { verdict: danger(unfit, NEW_TOKEN), isGenuine: false };

  const problems: string[] = [];
  const signsOfIdToken = whyIdToken(token);
  if (signsOfIdToken.length > 0) problems.push(`it looks like an id token, as ${signsOfIdToken.join(" and ")}`);
  if (!isOfIssuer(token, issuer)) problems.push("its iss is not --issuer");
  if (clientId !== undefined && token.claims["azp"] !== clientId) problems.push("its azp is not --client-id");
  if (audience !== undefined && !audiencesOf(token).includes(audience))
    problems.push("its aud does not have --audience");
  if (problems.length > 0) {
    const remedy =
      signsOfIdToken.length > 0
        ? "Pass the access token, which is what getAccessToken() returns. Gateways and policies refuse id tokens."
        : "Pass an access token of the application that --issuer, --client-id and --audience name, or correct " +
          "these options.";
    return { verdict: danger(`About this token: ${problems.join("; ")}.`, remedy), isGenuine: true };
  }
  if (expiryOf(token) === undefined) {
    const remedy = "Use a token of Kinde, which always has exp. Without it, Cerbos accepts the token for ever.";
    return { verdict: warning("It has no exp.", remedy), isGenuine: true };
  }
  if (keys === undefined) {
    const remedy = "See jwks-reachable.";
    const seen = "Its signature was not verified here, because the issuer's keys could not be read.";
    return { verdict: warning(seen, remedy), isGenuine: true };
  }
  const compared = ["iss", ...(clientId === undefined ? [] : ["azp"]), ...(audience === undefined ? [] : ["aud"])];
  return {
    verdict: ok(`It is signed with a key of the issuer, has not expired, and has the expected ${compared.join(", ")}.`),
    isGenuine: true,
  };
}

/**
 * Whether a token is signed with RS256 and one of these keys. `undefined` if the keys could not be read.
 *
 * @param keys the issuer's keys; `undefined` if they could not be read
 */
export async function isSigned({ text }: Token, keys?: readonly IssuerKey[]): Promise<boolean | undefined> {
  if (keys === undefined) return undefined;
  const tries = await Promise.allSettled(keys.map(({ key }) => compactVerify(text, key, { algorithms: ["RS256"] })));
  return tries.some(({ status }) => status === "fulfilled");
}

/** Returns the signs that this is an id token, which gateways refuse. Empty for an access token. */
function whyIdToken(token: Token): string[] {
  const { azp, scp } = token.claims;
  return [
    ...["at_hash", "nonce"].filter((claim) => claim in token.claims).map((claim) => `it has ${claim}`),
    ...(azp !== undefined && audiencesOf(token).includes(azp) ? ["its aud has its own azp"] : []),
    ...(Array.isArray(scp) ? [] : ["it has no scp list"]),
  ];
}

/** Returns why a PDP should refuse the token; `undefined` if it should not. */
async function whyUnfit(token: Token, { keys, now }: Expected): Promise<string | undefined> {
  if ((await isSigned(token, keys)) === false) return "It is not signed with RS256 and a key of the issuer.";
  if ((expiryOf(token) ?? Infinity) <= now) return "It has expired.";
  try {
    readClaims(token.claims);
  } catch (error) {
    // Messages of this error name the claim and what it must be.
    return error instanceof Error ? error.message : "Its claims cannot be read.";
  }
  return undefined;
}

/** The verdict if no token was passed. */
export const NO_TOKEN = skipped(
  "No token was passed, so findings that need one were skipped.",
  "Pass an access token with --login, KINDE_TOKEN or --token-stdin.",
);
