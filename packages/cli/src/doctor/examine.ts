import { checkVerdict } from "./check-verdict.ts";
import { claimVerdicts } from "./claim-verdicts.ts";
import { type Context } from "./context.ts";
import { corsVerdict } from "./cors-verdict.ts";
import { skipped, type Verdict } from "./finding.ts";
import { foreignVerdicts } from "./foreign-verdicts.ts";
import { readJwks } from "./jwks.ts";
import { limitVerdict } from "./limit-verdicts.ts";
import { type DoctorOptions } from "./options.ts";
import { type OwnCheck } from "./own-check.ts";
import { createPdpProbe, type ProbeCheck } from "./pdp.ts";
import { policiesVerdict, subjectVerdict } from "./policy-verdicts.ts";
import {
  acceptedVerdict,
  algNoneVerdict,
  expiredVerdict,
  hs256Verdict,
  signatureVerdict,
  tokenCacheVerdict,
} from "./refusal-verdicts.ts";
import { schemaVerdict } from "./schema-verdict.ts";
import { strictVerdict } from "./strict-verdict.ts";
import { findTarget, type Target, versionVerdict } from "./target.ts";
import { type FindingId } from "./titles.ts";
import { judgeToken } from "./token-verdict.ts";
import { subjectOf, type Token } from "./token.ts";

/** The input of {@link examine} besides the options. */
export interface ExaminationInput {
  readonly fetch: typeof fetch;
  /** The time, in ms since the epoch. */
  readonly now: number;
  /** The token that the PDP should accept, or why there is none. */
  readonly token: Token | Verdict;
}

/** The result of an examination. */
export interface Examination {
  readonly target: Target;
  readonly verdicts: { readonly [id in Exclude<FindingId, "check">]: Verdict };
  /** The verdicts on the user's own checks. */
  readonly checks: readonly CheckVerdict[];
}

/** The verdict on one check. */
export interface CheckVerdict {
  readonly check: OwnCheck;
  readonly verdict: Verdict;
}

/** Findings that mean something only if a genuine token is accepted. */
type WithToken = Pick<
  Examination["verdicts"],
  "signature" | "token-cache" | "alg-none" | "hs256" | "expired" | "policies" | "subject" | "audience" | "issuer"
>;

/** Findings about the PDP's configuration. */
type OfPdp = Pick<Examination["verdicts"], "cors" | "max-resources" | "max-actions" | "schema" | "strict-evaluation">;

/** Runs all findings, one request at a time: the result of a request may depend on the one before it. */
export async function examine(
  options: DoctorOptions,
  { fetch, now, token: given }: ExaminationInput,
): Promise<Examination> {
  const { keySetId, clientId, audience } = options;
  const target = await findTarget(createPdpProbe(fetch, options.pdp, { keySetId }));
  // A gateway also answers 400 for kinds that it does not allow, which is not a refusal of the token.
  const probe = createPdpProbe(fetch, options.pdp, { keySetId, refusals: [target.kind === "gateway" ? 401 : 400] });
  const jwks = await readJwks(fetch, options.issuer);
  const context: Context = { probe, target, issuer: options.issuer, clientId, audience, keys: jwks.keys, now };

  const token = "claims" in given ? given : undefined;
  const judged =
    "claims" in given
      ? await judgeToken(given, { ...options, keys: jwks.keys, now })
      : { verdict: given, isGenuine: false };
  const good = judged.isGenuine ? token : undefined;
  const accepted = await isAccepted(context, good);
  const genuine = accepted.state === "ok" ? good : undefined;
  const withToken = genuine === undefined ? withoutToken(target, good) : await examineWith(context, genuine, options);

  return {
    target,
    verdicts: {
      "pdp-reachable": target.verdict,
      "pdp-version": versionVerdict(target, withToken["token-cache"]),
      ...jwks.verdicts,
      token: judged.verdict,
      "token-accepted": accepted,
      ...withToken,
      ...claimVerdicts(token),
      ...(await examinePdp(context, genuine, withToken.policies, options)),
    },
    checks: await examineChecks(context, genuine, options.checks),
  };
}

async function examineWith(context: Context, token: Token, options: DoctorOptions): Promise<WithToken> {
  const policies = await policiesVerdict(context, token);
  return {
    signature: await signatureVerdict(context, token),
    "token-cache": await tokenCacheVerdict(context, token),
    "alg-none": await algNoneVerdict(context, token),
    hs256: await hs256Verdict(context, token),
    expired: await expiredVerdict(context, options.expiredToken),
    policies,
    subject: await subjectVerdict(context, token, policies),
    ...(await foreignVerdicts(context, token, options.foreignTokens, policies)),
  };
}

async function isAccepted(context: Context, token: Token | undefined): Promise<Verdict> {
  if (context.target.kind === "unknown") return NO_PDP;
  if (token === undefined) return skipped("There is no token to send.", "See token.");
  return acceptedVerdict(context, token);
}

async function examineChecks(
  context: Context,
  token: Token | undefined,
  checks: readonly OwnCheck[],
): Promise<CheckVerdict[]> {
  const verdicts: CheckVerdict[] = [];
  for (const check of checks) {
    const verdict = context.target.kind === "unknown" ? NO_PDP : await checkVerdict(context, check, token);
    verdicts.push({ check, verdict });
  }
  return verdicts;
}

/** Returns the verdicts that need an accepted token, as skipped. */
function withoutToken(target: Target, token: Token | undefined): WithToken {
  const why =
    target.kind === "unknown"
      ? NO_PDP
      : token === undefined
        ? skipped("This needs a token.", "See token.")
        : skipped("Your token was not accepted, so a refusal would prove nothing.", "See token-accepted.");
  return {
    signature: why,
    "token-cache": why,
    "alg-none": why,
    hs256: why,
    expired: why,
    policies: why,
    subject: why,
    audience: why,
    issuer: why,
  };
}

async function examinePdp(
  context: Context,
  token: Token | undefined,
  policies: Verdict,
  options: DoctorOptions,
): Promise<OfPdp> {
  const { probe, target } = context;
  if (target.kind === "unknown") {
    return {
      cors: NO_PDP,
      "max-resources": NO_PDP,
      "max-actions": NO_PDP,
      schema: NO_PDP,
      "strict-evaluation": NO_PDP,
    };
  }
  // A PDP needs no token for these checks. A gateway requires one.
  const probeCheck: ProbeCheck =
    target.kind === "gateway" && token !== undefined
      ? { token: token.text, principal: subjectOf(token) }
      : { principal: "kinde-cerbos-doctor" };
  return {
    cors: await corsVerdict(probe, options.origin, probeCheck),
    "max-resources": await limitVerdict(probe, "resources", options.maxResources, probeCheck),
    "max-actions": await limitVerdict(probe, "actions", options.maxActions, probeCheck),
    schema: await schemaVerdict(probe, token, policies, options.schemaKind),
    "strict-evaluation": await strictVerdict(context, token, policies),
  };
}

const NO_PDP = skipped("The PDP did not answer.", "See pdp-reachable.");
