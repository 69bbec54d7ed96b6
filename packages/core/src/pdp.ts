import { type JsonValue } from "./canonical-json.ts";
import { AuthzError } from "./errors.ts";
import { type Principal } from "./principal.ts";
import { redact, withoutTokens } from "./redact.ts";

/** A resource and the actions asked of it: one entry of a request. */
export interface PdpEntry {
  resource: {
    kind: string;
    id: string;
    attr: { [key: string]: JsonValue };
    policyVersion?: string;
    scope?: string;
  };
  actions: string[];
}

/** What is asked of the PDP: Cerbos' `CheckResources` request. */
export interface PdpRequest {
  principal: Principal;
  resources: PdpEntry[];
  auxData?: { jwt: { token: string; keySetId?: string } };
  includeMetadata?: boolean;
}

/** What is asked of the PDP about resources that nobody has loaded: Cerbos' `PlanResources` request. */
export interface PdpPlanRequest {
  principal: Principal;
  /** A resource without an id; `attr` holds what is known of it. */
  resource: {
    kind: string;
    attr?: { [key: string]: JsonValue };
    policyVersion?: string;
    scope?: string;
  };
  /** All of them must be allowed. At least one; Cerbos 0.44 or newer, which deprecates the older `action`. */
  actions: string[];
  auxData?: { jwt: { token: string; keySetId?: string } };
  includeMetadata?: boolean;
}

/**
 * The port to a Cerbos policy decision point. Structural, so `new HTTP(url)` of
 * `@cerbos/http`, a gRPC client and an embedded one fit as they are.
 *
 * The answer is `unknown` because it comes from outside: it is believed row by
 * row, after it was checked.
 */
export interface PolicyDecisionPoint {
  checkResources(request: PdpRequest, options: { signal: AbortSignal }): Promise<unknown>;
  /**
   * Which of a kind's resources the principal may act on. The answer, as Cerbos'
   * clients give it: `{ cerbosCallId, kind, condition?, validationErrors, metadata? }`.
   * A client without it serves for checks.
   */
  planResources?(request: PdpPlanRequest, options: { signal: AbortSignal }): Promise<unknown>;
}

/** gRPC status codes that Cerbos answers with. */
const INVALID_ARGUMENT = 3;
const DEADLINE_EXCEEDED = 4;
const PERMISSION_DENIED = 7;
const RESOURCE_EXHAUSTED = 8;
const FAILED_PRECONDITION = 9;
const OUT_OF_RANGE = 11;
const UNIMPLEMENTED = 12;
const UNAUTHENTICATED = 16;

/** The PDP does not take the request, whatever is in it. */
const WHOLE_REFUSALS = new Set([PERMISSION_DENIED, UNIMPLEMENTED]);
/** The PDP does not take something that is in the request: without it, it would. */
const PART_REFUSALS = new Set([INVALID_ARGUMENT, FAILED_PRECONDITION, OUT_OF_RANGE]);

/** What a PDP client threw, as an {@link AuthzError}. Clients throw `{ code, details }` with a gRPC status. */
export function authzErrorFromPdp(error: unknown): AuthzError {
  if (error instanceof AuthzError) return error;
  const { code, details } = grpcStatus(error);
  const cause = withoutTokens(error);
  // Cerbos says the same for an expired, forged or foreign token: the reason is in its own log.
  if (code === UNAUTHENTICATED || (code === INVALID_ARGUMENT && /auxData|aux_data/.test(details))) {
    return new AuthzError(
      "token_refused",
      `The PDP refused the Kinde token (${details}). Its log says why; common causes are a JWKS URL of another Kinde domain, a clock that is off, and an expired token.`,
      { cause },
    );
  }
  if (code === DEADLINE_EXCEEDED || (error instanceof Error && error.name === "TimeoutError")) {
    return new AuthzError("timeout", `The PDP gave up in time (${details}).`, { cause });
  }
  // A principal it finds invalid is the same in every part of the request.
  if (code !== undefined && (WHOLE_REFUSALS.has(code) || /^validation error: principal\b/.test(details))) {
    return new AuthzError("request_refused", `The PDP refused the request: ${details}`, { cause });
  }
  const isTooLarge = code === RESOURCE_EXHAUSTED && details.includes("larger than max");
  if (code !== undefined && (PART_REFUSALS.has(code) || isTooLarge)) {
    return new AuthzError("check_refused", `The PDP refused what it was asked: ${details}`, { cause });
  }
  return new AuthzError(
    "pdp_unavailable",
    `The PDP gave no answer (${details}). Is it running, is the URL right, and does its CORS list allow this origin?`,
    { cause },
  );
}

function grpcStatus(error: unknown): { code?: number; details: string } {
  if (typeof error !== "object" || error === null) return { details: redact(String(error)) };
  const code = "code" in error && typeof error.code === "number" ? error.code : undefined;
  const details =
    "details" in error && typeof error.details === "string"
      ? error.details
      : error instanceof Error
        ? error.message
        : "unknown error";
  return { ...(code !== undefined && { code }), details: redact(details) };
}
