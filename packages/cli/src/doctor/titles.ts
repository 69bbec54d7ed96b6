/**
 * The state of a finding. `ok`: it is as it should be. `warning`: it works, but may not be what you want. `danger`: it
 * is insecure or does not work. `skipped`: it was not checked, or the result proves nothing.
 */
export type State = "ok" | "warning" | "danger" | "skipped";

/** The titles of a finding, by its state. */
type Titles = { readonly [state in State]: string };

/** The titles of all findings, in the order of the report. A title says what was found, not what should be. */
export const TITLES = {
  "pdp-reachable": titles("The PDP answers", "No PDP answers", "Unknown: whether a PDP answers"),
  "pdp-version": titles(
    "This version of Cerbos does not accept forged tokens",
    "This version of Cerbos may accept forged tokens",
    "Unknown: whether this version of Cerbos accepts forged tokens",
  ),
  "jwks-reachable": titles(
    "The issuer's keys (JWKS) can be read from this machine",
    "The issuer's keys (JWKS) cannot be read from this machine",
    "Unknown: whether the issuer's keys (JWKS) can be read",
  ),
  "jwks-keys": titles(
    "The issuer's keys have kid and alg",
    "The PDP cannot use the issuer's keys",
    "Unknown: whether the issuer's keys have kid and alg",
    "The PDP cannot use some of the issuer's keys",
  ),
  token: titles(
    "Your token is the access token that was expected",
    "Your token is not the access token that was expected",
    "There is no token",
    "Your token works, but something about it is missing or was not verified",
  ),
  "token-accepted": titles(
    "Your token is accepted",
    "Your token is refused",
    "Unknown: whether your token is accepted",
  ),
  signature: refused("a token with a wrong signature"),
  "token-cache": refused("a token that was tampered with"),
  "alg-none": refused("a token without a signature (alg none)"),
  hs256: refused("a token signed with the public key as a secret (HS256)"),
  expired: refused("an expired token", "A token that has just expired is accepted"),
  policies: titles(
    "The policies allow your token, and nothing without one",
    "The policies deny your token",
    "Unknown: what the policies require of a token",
  ),
  subject: titles(
    "Your token is denied under another principal id",
    "Your token is allowed under another principal id",
    "Unknown: whether your token is denied under another principal id",
  ),
  audience: refused("a token for another application or audience", "A token for another application is accepted"),
  issuer: refused("a token of another issuer"),
  check: titles(
    "Your own policies trust only the token",
    "Your own policies trust more than the token",
    "Unknown: whether your own policies trust only the token",
  ),
  roles: claim("roles"),
  permissions: claim("permissions"),
  "feature-flags": claim("feature_flags"),
  cors: titles(
    "Pages of your origin can call the PDP, and pages of other origins cannot",
    "Pages of your origin cannot call the PDP",
    "Unknown: which pages can call the PDP",
    "Pages of every origin can call the PDP",
  ),
  "max-resources": limit("resources in a request"),
  "max-actions": limit("actions for a resource"),
  schema: titles(
    "Attributes that do not fit a schema are refused",
    "Attributes that do not fit a schema are accepted",
    "Unknown: whether attributes that do not fit a schema are refused",
  ),
  "strict-evaluation": titles(
    "An error in a policy condition denies the action",
    "An error in a policy condition does not deny the action",
    "Unknown: whether an error in a policy condition denies the action",
  ),
} as const;

/** The name of a finding. It is stable, and the heading of its section in `docs/guides/doctor.md`. */
export type FindingId = keyof typeof TITLES;

/** The names of all findings, in the order of the report. */
export const FINDING_IDS: readonly FindingId[] = Object.keys(TITLES).filter(isFindingId);

/** Whether a text is the name of a finding. */
export function isFindingId(id: string): id is FindingId {
  return Object.hasOwn(TITLES, id);
}

/** @param warning default: the title for `danger` */
function titles(ok: string, danger: string, skipped: string, warning = danger): Titles {
  return { ok, warning, danger, skipped };
}

/** Returns the titles for a token that must be refused. */
function refused(token: string, warning?: string): Titles {
  const subject = `${token.charAt(0).toUpperCase()}${token.slice(1)}`;
  return titles(`${subject} is refused`, `${subject} is accepted`, `Unknown: whether ${token} is refused`, warning);
}

function claim(name: string): Titles {
  return titles(
    `Your token has the claim ${name}`,
    `Your token has no claim ${name}`,
    `Unknown: whether your token has the claim ${name}`,
  );
}

function limit(what: string): Titles {
  return titles(
    `The PDP accepts as many ${what} as your app sends`,
    `The PDP accepts fewer ${what} than your app sends`,
    `Unknown: how many ${what} the PDP accepts`,
  );
}
