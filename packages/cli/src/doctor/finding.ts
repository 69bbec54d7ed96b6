/**
 * What is known of one thing: `ok` it was seen to hold; `warning` it works, and may not be what you want; `danger` it
 * is insecure or does not work; `skipped` it was not tried, or what was seen proves nothing.
 */
export type State = "ok" | "warning" | "danger" | "skipped";

/** What an examination says of one thing. */
export interface Verdict {
  readonly state: State;
  /** What was seen, in one or two sentences. No token and no claim's value is in it. */
  readonly seen: string;
  /** What to do about it; absent where there is nothing to do. */
  readonly remedy?: string;
}

/** Each thing that is examined, in the order of the report, with what would hold if all were well. */
export const TITLES = {
  "pdp-reachable": "The PDP answers",
  "pdp-version": "The PDP's version has no known flaw that is open",
  "jwks-reachable": "The issuer's keys (JWKS) can be read from this machine",
  "jwks-keys": "The issuer's keys have kid and alg",
  token: "The token is a good one of this issuer and application",
  "token-accepted": "A genuine token is accepted",
  signature: "A token with another signature is refused",
  "token-cache": "A genuine token that was tampered with is refused",
  "alg-none": "A token without a signature (alg none) is refused",
  hs256: "A token signed with the public key as a secret (HS256) is refused",
  expired: "An expired token is refused",
  policies: "The policies allow a genuine token, and nothing without one",
  subject: "The policies refuse a principal who is not the token's subject",
  audience: "A token for another application or audience is refused",
  issuer: "A token of another issuer is refused",
  roles: "The token has roles",
  permissions: "The token has permissions",
  "feature-flags": "The token has feature flags",
  cors: "Pages of your origin may ask, and others may not",
  "max-resources": "The PDP takes as many resources in a request as are sent",
  "max-actions": "The PDP takes as many actions of a resource as are sent",
  schema: "Attributes that do not fit a schema are refused",
} as const;

/** The name of a finding. It is stable, and the anchor of its section in `docs/doctor.md`. */
export type FindingId = keyof typeof TITLES;

/** One line of the report. */
export interface Finding extends Verdict {
  readonly id: FindingId;
  readonly title: string;
  /** Where it is explained. */
  readonly docs: string;
}

/** The verdict on one thing, as a line of the report. */
export function finding(id: FindingId, verdict: Verdict): Finding {
  return { id, title: TITLES[id], ...verdict, docs: `docs/doctor.md#${id}` };
}

/** It was seen to hold. */
export const ok = (seen: string): Verdict => ({ state: "ok", seen });

/** It works, and may not be what you want. */
export const warning = (seen: string, remedy: string): Verdict => ({ state: "warning", seen, remedy });

/** It is insecure or does not work. */
export const danger = (seen: string, remedy: string): Verdict => ({ state: "danger", seen, remedy });

/** It was not tried, or what was seen proves nothing. */
export const skipped = (seen: string, remedy: string): Verdict => ({ state: "skipped", seen, remedy });

const GRAVITY: readonly State[] = ["skipped", "ok", "warning", "danger"];

/** The gravest of several verdicts on one thing; the first of these where several are as grave; undefined for none. */
export function gravest(verdicts: readonly Verdict[]): Verdict | undefined {
  return verdicts.toSorted((a, b) => GRAVITY.indexOf(b.state) - GRAVITY.indexOf(a.state))[0];
}
