/**
 * A small client of a Cerbos PDP, or of the gateway in front of it, that uses `fetch`.
 *
 * @packageDocumentation
 */
import { AuthzError } from "../base/errors.ts";
import {
  DEADLINE_EXCEEDED,
  OUT_OF_RANGE,
  PERMISSION_DENIED,
  RESOURCE_EXHAUSTED,
  UNAUTHENTICATED,
  UNAVAILABLE,
  UNIMPLEMENTED,
} from "../base/grpc-codes.ts";
import { redact } from "../base/redact.ts";
import { retryAfterOf } from "../base/retry-after.ts";
import { aborted } from "../base/timing.ts";
import { noAnswer } from "./no-answer-error.ts";
import { meaningOf } from "./pdp-status.ts";
import { type PolicyDecisionPoint } from "./pdp.ts";
import { fields, readCheckAnswer, readPlanAnswer } from "./rest-answer.ts";

/** Names and values of HTTP headers. */
export interface FetchPdpHeaders {
  readonly [name: string]: string;
}

/** Options for {@link createFetchPdp}. */
export interface FetchPdpOptions {
  /** Sends the requests. Default: the global `fetch`, as it is at the time of a request. */
  readonly fetch?: typeof globalThis.fetch;
  /**
   * Headers for a proxy in front of the PDP, or a function that returns them for each request. To another origin, a
   * header such as `authorization` causes a CORS preflight, and the PDP must list it in `cors.allowedHeaders`. Default:
   * none.
   */
  readonly headers?: FetchPdpHeaders | (() => FetchPdpHeaders | Promise<FetchPdpHeaders>);
}

/**
 * Creates a small client of Cerbos' REST API that uses only `fetch`. Its answers are those of `new HTTP(url)` of
 * `@cerbos/http`.
 *
 * - The token is in the body of a POST, never in the URL.
 * - It sets no content type, so a browser sends `text/plain`, which the PDP accepts and which needs no preflight.
 * - It does not follow redirects, because one could take the token to another host or end at a login page.
 * - Timeouts and retries are the authorizer's.
 *
 * @param baseUrl the URL before `/api/check/resources`, such as `/pdp` or `https://pdp.example.com`, with or without a
 *   slash at the end
 * @returns a client whose methods throw AuthzError: `aborted` by its signal, `token_refused` (401, or the PDP says so),
 *   `check_refused` (the PDP considers an entry invalid; 413), `request_refused` (any other 4xx, 501), `timeout` (408,
 *   504), `pdp_unavailable` (no network, CORS, a redirect, 429, any other 5xx, an answer that is not JSON).
 *   `retryAfterMs` is set if the answer has a `Retry-After`; from another origin, only if the server exposes that
 *   header.
 */
export function createFetchPdp(
  baseUrl: string,
  { fetch = (...request) => globalThis.fetch(...request), headers = {} }: FetchPdpOptions = {},
): Required<PolicyDecisionPoint> {
  const ask = async (
    path: string,
    { includeMetadata, ...request }: { includeMetadata?: boolean },
    signal: AbortSignal,
    read: (answer: unknown) => unknown,
  ): Promise<unknown> => {
    let response: Response | undefined;
    try {
      const init: RequestInit = {
        method: "POST",
        headers: typeof headers === "function" ? await headers() : headers,
        // Cerbos refuses a field that it does not know, so this one is renamed and not added.
        body: JSON.stringify({ ...request, includeMeta: includeMetadata }),
        // "error" would say less in browsers, and Cloudflare's workers do not have it.
        redirect: "manual",
        signal,
      };
      const url = `${baseUrl.replace(/\/$/, "")}/api/${path}/resources`;
      response = await fetch(url, init);
      if (!response.ok) throw await refusal(response);
      return read(await response.json());
    } catch (error) {
      throw failure(error, signal, response, baseUrl);
    }
  };
  return {
    checkResources: (request, { signal }) => ask("check", request, signal, readCheckAnswer),
    planResources: (request, { signal }) => ask("plan", request, signal, readPlanAnswer),
  };
}

/** The gRPC status for an HTTP status. Any other 4xx is a refusal, everything else an unavailable PDP. */
const GRPC_CODES: { readonly [status: number]: number } = {
  401: UNAUTHENTICATED,
  408: DEADLINE_EXCEEDED,
  // Half of it may not be too large.
  413: OUT_OF_RANGE,
  429: RESOURCE_EXHAUSTED,
  501: UNIMPLEMENTED,
  504: DEADLINE_EXCEEDED,
};

/** The error for an answer, by its status first, because not every server in front of a PDP returns JSON. */
async function refusal(response: Response): Promise<AuthzError> {
  const { status } = response;
  const { code, message } = fields(await response.json().catch(() => null));
  // A gRPC status comes from Cerbos. Only Cerbos is quoted: a proxy's page may contain the request with its token.
  const isCerbos = typeof code === "number" && code <= UNAUTHENTICATED && typeof message === "string";
  const reason = isCerbos ? redact(message).slice(0, 500) : "";
  const isRefusal = status >= 400 && status < 500;
  const meaning = meaningOf(
    status === 400 && isCerbos ? code : (GRPC_CODES[status] ?? (isRefusal ? PERMISSION_DENIED : UNAVAILABLE)),
    reason,
  );
  const remedy =
    meaning === "token_refused"
      ? "Its log says why."
      : status < 400
        ? "A redirect is not followed. Is the URL right?"
        : status === 404
          ? "Is the URL right?"
          : "";
  const retryAfterMs = retryAfterOf(response);
  return new AuthzError(
    meaning,
    // A gateway says what is wrong and the remedy.
    status === 401 && reason ? reason : `The PDP or its proxy answered ${status}. ${reason} ${remedy}`,
    retryAfterMs === undefined ? {} : { retryAfterMs },
  );
}

/**
 * The error for what was thrown before there was a complete answer. Its text is copied, because a cause could contain a
 * token.
 */
function failure(error: unknown, signal: AbortSignal, response: Response | undefined, baseUrl: string): AuthzError {
  if (error instanceof AuthzError) return error;
  if (signal.aborted) return aborted(signal);
  const { name, message = "unknown error", cause } = fields(error);
  const what =
    // A JSON parser's message quotes its input, so it is left out.
    response && name === "SyntaxError"
      ? `something else answers, with ${response.headers.get("content-type")}`
      : redact([message, fields(cause)["message"]].join(" "));
  return new AuthzError(
    name === "TimeoutError" ? "timeout" : "pdp_unavailable",
    noAnswer(what, name === "TypeError" && !response, baseUrl),
  );
}
