import {
  DEADLINE_EXCEEDED,
  FAILED_PRECONDITION,
  INVALID_ARGUMENT,
  NOT_FOUND,
  OUT_OF_RANGE,
  PERMISSION_DENIED,
  RESOURCE_EXHAUSTED,
  UNAUTHENTICATED,
  UNIMPLEMENTED,
} from "../base/grpc-codes.ts";

/** The codes of an AuthzError for a refusal of the PDP, or for no answer. */
export type PdpFailure = "token_refused" | "check_refused" | "request_refused" | "pdp_unavailable" | "timeout";

/** The code for a gRPC status of a PDP. The errors of every client go through it, so that they agree. */
export function meaningOf(code: unknown, details: string): PdpFailure {
  switch (code) {
    case UNAUTHENTICATED:
      return "token_refused";
    case DEADLINE_EXCEEDED:
      return "timeout";
    // The PDP does not take the request, whatever is in it.
    case NOT_FOUND:
    case PERMISSION_DENIED:
    case UNIMPLEMENTED:
      return "request_refused";
    case RESOURCE_EXHAUSTED:
      return details.includes("larger than max") ? "check_refused" : "pdp_unavailable";
    case INVALID_ARGUMENT:
    case FAILED_PRECONDITION:
    case OUT_OF_RANGE:
      // Cerbos says the same for an expired, forged or foreign token: the reason is in its own log.
      if (/aux_?data/i.test(details)) return "token_refused";
      // A principal it finds invalid is the same in every part of the request.
      if (details.startsWith("validation error: principal")) return "request_refused";
      // The PDP does not take something that is in the request: without it, it would.
      return "check_refused";
    default:
      return "pdp_unavailable";
  }
}
