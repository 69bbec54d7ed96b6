import { AuthzError } from "@kinde-cerbos/core";

/** What must be known of Kinde and of the PDP. */
export interface Places {
  /** Your Kinde domain, which issues the tokens. */
  readonly issuer: string;
  /** Client id of the application, or several. */
  readonly clientId: string | readonly string[];
  /** The audience of your API, or several, if your tokens have one. */
  readonly audience?: string | readonly string[] | undefined;
  /** URL of the PDP, or of several. */
  readonly pdp: string | readonly string[];
}

/** The environment variables of each option: Kinde's as its SDK reads them, the first that is set. */
const VARIABLES = {
  issuer: ["KINDE_ISSUER_URL", "NEXT_PUBLIC_KINDE_ISSUER_URL"],
  clientId: ["KINDE_CLIENT_ID", "NEXT_PUBLIC_KINDE_CLIENT_ID"],
  pdp: ["CERBOS_PDP_URL"],
} as const;

type Given = { readonly [name in keyof Places]?: Places[name] | undefined };

/** The variables that are missing: for each option that is not given, and that the environment does not have. */
export function missingVariables(given: Given): string[] {
  return Object.entries(VARIABLES).flatMap(([option, names]) =>
    Reflect.get(given, option) === undefined && read(names) === undefined ? [names[0]] : [],
  );
}

/**
 * The options that are given, and the rest from the environment.
 *
 * @throws AuthzError `invalid_option` with the names of the variables that are missing
 */
export function fromEnvironment(given: Given): Places {
  const {
    issuer = read(VARIABLES.issuer),
    clientId = read(VARIABLES.clientId),
    pdp = read(VARIABLES.pdp)?.split(","),
    audience = read(["KINDE_AUDIENCE"])?.split(" "),
  } = given;
  if (issuer !== undefined && clientId !== undefined && pdp !== undefined) return { issuer, clientId, pdp, audience };
  throw new AuthzError(
    "invalid_option",
    `Set ${missingVariables(given).join(" and ")} in the environment, such as in .env.local, or give createAuthz the ` +
      "options issuer, clientId and pdp.",
  );
}

/**
 * Who asks Kinde in Kinde's SDK, which has its variables only.
 *
 * @throws AuthzError `invalid_option` with the names of the variables that are missing
 */
export function kindeClient(): { readonly issuer: string; readonly clientId: string; readonly clientSecret: string } {
  const issuer = read(VARIABLES.issuer)?.replace(/\/$/, "");
  const clientId = read(VARIABLES.clientId);
  const clientSecret = read(["KINDE_CLIENT_SECRET"]);
  if (issuer !== undefined && clientId !== undefined && clientSecret !== undefined) {
    return { issuer, clientId, clientSecret };
  }
  throw new AuthzError(
    "invalid_option",
    "Set KINDE_ISSUER_URL, KINDE_CLIENT_ID and KINDE_CLIENT_SECRET in the environment, as Kinde's SDK needs them.",
  );
}

/** The first of some variables that is set. An empty one is not. */
function read(names: readonly string[]): string | undefined {
  return names.map((name) => process.env[name]?.trim()).find((value) => value !== undefined && value !== "");
}
