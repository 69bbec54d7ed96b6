import { type JsonValue } from "../base/canonical-json.ts";
import { AuthzError } from "../base/errors.ts";
import { NOT_FOUND, UNAUTHENTICATED } from "../base/grpc-codes.ts";
import { fieldsOf, isObject, isText } from "../base/guards.ts";
import { redact, withoutTokens } from "../base/redact.ts";
import { type Principal } from "../identity/principal.ts";
import { noAnswer } from "./no-answer-error.ts";
import { meaningOf, type PdpFailure } from "./pdp-status.ts";

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

/**
 * What a PDP client threw, as an {@link AuthzError}. Clients throw `{ code, details }` with a gRPC status.
 *
 * @param address - The address that was asked, if it is known.
 */
export function authzErrorFromPdp(error: unknown, address?: string): AuthzError {
  if (error instanceof AuthzError) return error;
  const { code } = fieldsOf(error);
  const details = redact(detailsOf(error));
  const isTimeout = error instanceof Error && error.name === "TimeoutError";
  const meaning = isTimeout ? "timeout" : meaningOf(code, details);
  const text =
    meaning === "pdp_unavailable" && !isAnswer(code, details)
      ? noAnswer(details, isNetworkError(error), address)
      : explain(meaning, code, details);
  return new AuthzError(meaning, text, { cause: withoutTokens(error) });
}

function detailsOf(error: unknown): string {
  if (!isObject(error)) return String(error);
  const { details, message } = fieldsOf(error);
  return [details, message].find(isText) ?? "unknown error";
}

/** Whether a server has answered. `@cerbos/http` throws a gRPC status where none has, too, and says so. */
function isAnswer(code: unknown, details: string): boolean {
  return typeof code === "number" && !details.startsWith("Request failed");
}

/** Whether it is what `fetch` throws where there is no connection; clients have it as their cause. */
function isNetworkError(error: unknown): boolean {
  return [error, fieldsOf(error)["cause"]].some((one) => fieldsOf(one)["name"] === "TypeError");
}

/** The text for an answer. It may be a gateway's or a proxy's, so its words are not said to be the PDP's. */
function explain(meaning: PdpFailure, code: unknown, details: string): string {
  const texts: { readonly [failure in PdpFailure]: string } = {
    token_refused:
      // A PDP never says so by this code. A gateway does, and its words say what is wrong and the remedy.
      code === UNAUTHENTICATED
        ? details
        : `The PDP refused the Kinde token (${details}). Its log says why: a JWKS URL of another Kinde domain, ` +
          "a clock that is off, or an expired token.",
    timeout: `There was no answer in time: ${details}`,
    request_refused: `The request was refused: ${details}${code === NOT_FOUND ? " Is the URL right?" : ""}`,
    check_refused: `The check was refused: ${details}`,
    pdp_unavailable: `The request could not be answered: ${details}`,
  };
  return texts[meaning];
}
