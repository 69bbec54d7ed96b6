import { readOrigin } from "../origin-option.ts";
import { readPort } from "../port-option.ts";
import { UsageError } from "../usage-error.ts";
import { DEFAULT_LIMIT, DEFAULT_LOGIN_PORT } from "./defaults.ts";
import { type OwnCheck, readCheck } from "./own-check.ts";
import { FINDING_IDS, type FindingId, isFindingId } from "./titles.ts";
import { decodeToken, type Token } from "./token.ts";

/** The source of the token that the PDP should accept. */
type TokenSource =
  | { readonly from: "text"; readonly token: Token }
  | { readonly from: "stdin" }
  | { readonly from: "login"; readonly port: number }
  | { readonly from: "nowhere" };

/** The checked options of the doctor. */
export interface DoctorOptions {
  /** Base URL of the PDP, or of a gateway in front of it, without a slash at the end. */
  readonly pdp: string;
  /** The Kinde domain as a URL, without a slash at the end. */
  readonly issuer: string;
  readonly clientId?: string;
  readonly audience?: string;
  /** The origin of pages that call the PDP from a browser. */
  readonly origin?: string;
  readonly token: TokenSource;
  readonly expiredToken: Token | undefined;
  /** Tokens of other applications or issuers. */
  readonly foreignTokens: readonly Token[];
  /** The id of the key set, for a PDP with several. */
  readonly keySetId?: string;
  readonly maxResources: number;
  readonly maxActions: number;
  /** A resource kind that has a schema. */
  readonly schemaKind?: string;
  /** The user's own checks. */
  readonly checks: readonly OwnCheck[];
  /** The findings that may be skipped; `undefined` if all may. */
  readonly maySkip: readonly FindingId[] | undefined;
  readonly json: boolean;
  /** Whether a token was on the command line. */
  readonly tokenWasVisible: boolean;
}

/** The options of the doctor, as typed. */
export interface DoctorValues {
  readonly pdp?: string;
  readonly issuer?: string;
  readonly clientId?: string;
  readonly audience?: string;
  readonly origin?: string;
  readonly token?: string;
  readonly tokenStdin?: boolean;
  readonly login?: boolean;
  readonly loginPort?: string;
  readonly expiredToken?: string;
  readonly foreignToken?: readonly string[];
  readonly keySetId?: string;
  readonly maxResources?: string;
  readonly maxActions?: string;
  readonly schemaKind?: string;
  readonly check?: readonly string[];
  readonly strict?: boolean;
  readonly maySkip?: readonly string[];
  readonly json?: boolean;
  readonly explain?: string;
}

/** The highest value of both limits that Cerbos can be configured with. */
const HIGHEST_LIMIT = 500;

/**
 * Reads the options and the environment.
 *
 * @throws UsageError
 */
export function readOptions(values: DoctorValues, env: { readonly [name: string]: string | undefined }): DoctorOptions {
  const { audience, clientId, keySetId, schemaKind } = values;
  const origin = values.origin === undefined ? undefined : readOrigin(values.origin);
  return {
    pdp: baseUrl("--pdp", values.pdp),
    issuer: baseUrl("--issuer", values.issuer),
    token: tokenSource(values, env),
    foreignTokens:
      values.foreignToken?.map((token) => readToken("--foreign-token", token)) ??
      fromEnv(env, "KINDE_FOREIGN_TOKEN")
        ?.split(/\s+/)
        .map((token) => readToken("KINDE_FOREIGN_TOKEN", token)) ??
      [],
    maxResources: count("--max-resources", values.maxResources),
    maxActions: count("--max-actions", values.maxActions),
    checks: (values.check ?? []).map(readCheck),
    maySkip: maySkip(values),
    json: values.json ?? false,
    tokenWasVisible: [values.token, values.expiredToken, values.foreignToken].some((given) => given !== undefined),
    ...(clientId !== undefined && { clientId }),
    ...(audience !== undefined && { audience }),
    ...(origin !== undefined && { origin }),
    expiredToken: givenToken("--expired-token", values.expiredToken, "KINDE_EXPIRED_TOKEN", env),
    ...(keySetId !== undefined && { keySetId }),
    ...(schemaKind !== undefined && { schemaKind }),
  };
}

/**
 * Reads a token.
 *
 * @param from the option or variable that it is from, for messages
 * @throws UsageError if it is not a JWT
 */
export function readToken(from: string, text: string): Token {
  const token = decodeToken(text.trim());
  if (token !== undefined) return token;
  throw new UsageError(
    text.trim() === ""
      ? `${from} is empty. Check that the secret it comes from is set.`
      : `${from} is not a JWT. Pass the access token itself, as Kinde's getAccessToken() returns it.`,
  );
}

function tokenSource(
  { token, login, tokenStdin: stdin, loginPort, clientId }: DoctorValues,
  env: { readonly [name: string]: string | undefined },
): TokenSource {
  if ([token !== undefined, stdin, login].filter(Boolean).length > 1) {
    throw new UsageError("Pass only one of --token, --token-stdin and --login.");
  }
  if (loginPort !== undefined && !login) throw new UsageError("--login-port needs --login.");
  if (login) {
    if (clientId === undefined) throw new UsageError("--login needs the --client-id of your application in Kinde.");
    return {
      from: "login",
      port: loginPort === undefined ? DEFAULT_LOGIN_PORT : readPort("--login-port", loginPort, "sign-in").port,
    };
  }
  if (stdin) return { from: "stdin" };
  const given = givenToken("--token", token, "KINDE_TOKEN", env);
  return given === undefined ? { from: "nowhere" } : { from: "text", token: given };
}

/** Reads the token of an option, otherwise of a variable. */
function givenToken(
  option: string,
  text: string | undefined,
  variable: string,
  env: { readonly [name: string]: string | undefined },
): Token | undefined {
  if (text !== undefined) return readToken(option, text);
  const value = fromEnv(env, variable);
  return value === undefined ? undefined : readToken(variable, value);
}

/** Returns a variable if it is not blank: CI systems set missing secrets to an empty text. */
function fromEnv(env: { readonly [name: string]: string | undefined }, name: string): string | undefined {
  const value = env[name]?.trim();
  return value === "" ? undefined : value;
}

function maySkip({ strict, maySkip: names }: DoctorValues): readonly FindingId[] | undefined {
  if (names !== undefined && !strict) throw new UsageError("--may-skip needs --strict.");
  if (!strict) return undefined;
  const ids = (names ?? []).filter(isFindingId);
  if (ids.length === (names ?? []).length) return ids;
  throw new UsageError(`--may-skip takes the name of a finding: ${FINDING_IDS.join(", ")}.`);
}

function baseUrl(option: string, text: string | undefined): string {
  if (text === undefined) throw new UsageError(`${option} is missing. Set it to a URL.`);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new UsageError(`${option} takes a URL that begins with https:// or http://.`);
  }
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    throw new UsageError(`${option} takes a URL without a user, a query or a fragment.`);
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, "");
}

function count(option: string, text: string | undefined): number {
  if (text === undefined) return DEFAULT_LIMIT;
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= HIGHEST_LIMIT) return number;
  throw new UsageError(`${option} takes a number from 1 to ${HIGHEST_LIMIT}, the highest limit of Cerbos.`);
}
