import { type JsonValue } from "./canonical-json.ts";
import { AuthzError } from "./errors.ts";
import { fieldsOf, isObject, isText } from "./guards.ts";
import { meaningOf, type PdpFailure } from "./pdp-status.ts";
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

/** What a PDP client threw, as an {@link AuthzError}. Clients throw `{ code, details }` with a gRPC status. */
export function authzErrorFromPdp(error: unknown): AuthzError {
  if (error instanceof AuthzError) return error;
  const details = redact(detailsOf(error));
  const isTimeout = error instanceof Error && error.name === "TimeoutError";
  const meaning = isTimeout ? "timeout" : meaningOf(fieldsOf(error)["code"], details);
  return new AuthzError(meaning, explain(meaning, details), { cause: withoutTokens(error) });
}

function detailsOf(error: unknown): string {
  if (!isObject(error)) return String(error);
  const { details, message } = fieldsOf(error);
  return [details, message].find(isText) ?? "unknown error";
}

function explain(meaning: PdpFailure, details: string): string {
  const texts: { readonly [failure in PdpFailure]: string } = {
    token_refused: `The PDP refused the Kinde token (${details}). Its log says why: a JWKS URL of another Kinde domain, a clock that is off, or an expired token.`,
    timeout: `The PDP gave up in time (${details}).`,
    request_refused: `The PDP refused the request (${details}). Is the URL right, and may this app ask there?`,
    check_refused: `The PDP refused the check (${details}).`,
    pdp_unavailable: `The PDP gave no answer (${details}). Is it running, is the URL right, and does its CORS list allow this origin?`,
  };
  return texts[meaning];
}
