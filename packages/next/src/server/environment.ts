import { AuthzError } from "@kinde-cerbos/core";

/** The required settings of Kinde and the PDP. */
export interface Settings {
  /** Your Kinde domain, which issues the tokens. */
  readonly issuer: string;
  /** Client id of the application, or several. */
  readonly clientId: string | readonly string[];
  /** The audience of your API, or several. Default: any audience is accepted. */
  readonly audience?: string | readonly string[] | undefined;
  /** URL of the PDP, or of several. */
  readonly pdp: string | readonly string[];
}

/**
 * The environment variables for each option, with the names that Kinde's SDK reads. The first one that is set is used.
 */
const VARIABLES = {
  issuer: ["KINDE_ISSUER_URL", "NEXT_PUBLIC_KINDE_ISSUER_URL"],
  clientId: ["KINDE_CLIENT_ID", "NEXT_PUBLIC_KINDE_CLIENT_ID"],
  pdp: ["CERBOS_PDP_URL"],
} as const;

type Given = { readonly [name in keyof Settings]?: Settings[name] | undefined };

/** Returns the names of the variables that are neither set nor passed as an option. */
export function missingVariables(given: Given): string[] {
  return Object.entries(VARIABLES).flatMap(([option, names]) =>
    Reflect.get(given, option) === undefined && read(names) === undefined ? [names[0]] : [],
  );
}

/**
 * Returns the options that were passed, and the others from the environment.
 *
 * @throws AuthzError `invalid_option` with the names of the missing variables
 */
export function fromEnvironment(given: Given): Settings {
  const {
    issuer = read(VARIABLES.issuer),
    clientId = read(VARIABLES.clientId),
    pdp = read(VARIABLES.pdp)?.split(","),
    audience = read(["KINDE_AUDIENCE"])?.split(" "),
  } = given;
  if (issuer !== undefined && clientId !== undefined && pdp !== undefined) return { issuer, clientId, pdp, audience };
  throw new AuthzError(
    "invalid_option",
    `Environment variables are missing: ${missingVariables(given).join(", ")}. Set them, for example in .env.local, or ` +
      "pass the options issuer, clientId and pdp to createAuthz.",
  );
}

/**
 * Returns the application that Kinde's SDK uses. It reads only environment variables, because the SDK does too.
 *
 * @throws AuthzError `invalid_option` with the names of the variables
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
    "Set KINDE_ISSUER_URL, KINDE_CLIENT_ID and KINDE_CLIENT_SECRET in the environment. Kinde's SDK needs them too.",
  );
}

/** Returns the first of these variables that is set and not empty. */
function read(names: readonly string[]): string | undefined {
  return names.map((name) => process.env[name]?.trim()).find((value) => value !== undefined && value !== "");
}
