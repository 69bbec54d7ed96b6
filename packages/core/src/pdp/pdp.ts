import { type JsonValue } from "../base/canonical-json.ts";
import { AuthzError } from "../base/errors.ts";
import { NOT_FOUND, UNAUTHENTICATED } from "../base/grpc-codes.ts";
import { fieldsOf, isObject, isText } from "../base/guards.ts";
import { redact, withoutTokens } from "../base/redact.ts";
import { type Principal } from "../identity/principal.ts";
import { noAnswer } from "./no-answer-error.ts";
import { meaningOf, type PdpFailure } from "./pdp-status.ts";

/** One entry of a request: a resource and the actions to check on it. */
export interface PdpEntry {
  /** The resource: its kind, id, attributes, policy version and scope. */
  resource: {
    kind: string;
    id: string;
    attr: { [key: string]: JsonValue };
    policyVersion?: string;
    scope?: string;
  };
  /** The actions to check. At least one, without duplicates. */
  actions: string[];
}

/** Cerbos' `CheckResources` request. */
export interface PdpRequest {
  /** The user whose permissions are checked. */
  principal: Principal;
  /** The resources, each with its actions. The answer has one row for each, in this order. */
  resources: PdpEntry[];
  /** The token for policies to read, and the id of the key set that verifies it. Left out if there is no token. */
  auxData?: { jwt: { token: string; keySetId?: string } };
  /** Whether the answer says which policy decided. Default: false. */
  includeMetadata?: boolean;
}

/** Cerbos' `PlanResources` request, about resources that are not loaded. */
export interface PdpPlanRequest {
  /** The user whose permissions are planned. */
  principal: Principal;
  /** A resource without an id; `attr` has the attributes that all of them share. */
  resource: {
    kind: string;
    attr?: { [key: string]: JsonValue };
    policyVersion?: string;
    scope?: string;
  };
  /** The actions, all of which must be allowed. At least one. Needs Cerbos 0.44 or newer, which deprecates `action`. */
  actions: string[];
  /** The token for policies to read, and the id of the key set that verifies it. Left out if there is no token. */
  auxData?: { jwt: { token: string; keySetId?: string } };
  /** Whether the answer has the condition as text. Default: false. */
  includeMetadata?: boolean;
}

/**
 * A client of a Cerbos policy decision point (PDP). The type is structural: `new HTTP(url)` of `@cerbos/http`, a gRPC
 * client and an embedded one fit without an adapter.
 *
 * The answer is `unknown` because it comes from outside. Each row is verified before it is used.
 */
export interface PolicyDecisionPoint {
  /** Decides which actions the principal may do on each resource, in the form of Cerbos' clients: `{ cerbosCallId, results }`. */
  checkResources(request: PdpRequest, options: { signal: AbortSignal }): Promise<unknown>;
  /**
   * Returns on which resources of a kind the principal may do the actions, in the form of Cerbos' clients: `{
   * cerbosCallId, kind, condition?, validationErrors, metadata? }`. Optional: without it, only plans fail.
   */
  planResources?(request: PdpPlanRequest, options: { signal: AbortSignal }): Promise<unknown>;
}

/**
 * The {@link AuthzError} for what a PDP client threw. Cerbos' clients throw `{ code, details }` with a gRPC status.
 *
 * @param address - The URL of the request, if it is known.
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

/** Whether a server answered. `@cerbos/http` also throws a gRPC status if none did, and says so in its details. */
function isAnswer(code: unknown, details: string): boolean {
  return typeof code === "number" && !details.startsWith("Request failed");
}

/** Whether it is what `fetch` throws without a connection. Clients have that as their cause. */
function isNetworkError(error: unknown): boolean {
  return [error, fieldsOf(error)["cause"]].some((one) => fieldsOf(one)["name"] === "TypeError");
}

/**
 * The message for an answer. The answer may come from a gateway or a proxy, so the message does not attribute it to the
 * PDP.
 */
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
