import { NotOK, Status } from "@cerbos/core";
import { HTTP } from "@cerbos/http";
import { AuthzError, type PolicyDecisionPoint } from "@kinde-cerbos/core";
import { describe, expect, it } from "vitest";
import { authzErrorFromPdp } from "../src/pdp.ts";

describe("PolicyDecisionPoint", () => {
  it("fits the clients of Cerbos as they are", () => {
    const pdp: PolicyDecisionPoint = new HTTP("http://localhost");
    expect(pdp).toHaveProperty("checkResources", expect.any(Function));
  });

  it("fits nothing without checkResources", () => {
    // @ts-expect-error The method is missing.
    const empty: PolicyDecisionPoint = {};
    // @ts-expect-error The name is another.
    const misnamed: PolicyDecisionPoint = { checkResource: () => Promise.resolve({}) };
    // @ts-expect-error The answer is no promise.
    const immediate: PolicyDecisionPoint = { checkResources: () => ({ results: [] }) };
    // @ts-expect-error A URL is no client.
    const url: PolicyDecisionPoint = "http://localhost:3592";
    expect([empty, misnamed, immediate, url]).toHaveLength(4);
  });
});

describe("authzErrorFromPdp", () => {
  const auxData = "invalid auxData";
  it.each([
    [1, "canceled", "pdp_unavailable", "CORS"],
    [2, "unknown", "pdp_unavailable", "CORS"],
    [
      3,
      "number of resources in batch (51) exceeds configured limit (50)",
      "request_refused",
      "exceeds",
    ],
    [3, auxData, "token_refused", "JWKS"],
    [4, "deadline exceeded", "timeout", "gave up"],
    [5, "not found", "pdp_unavailable", "is the URL right"],
    [7, "permission denied", "request_refused", "permission denied"],
    [8, "too many requests", "pdp_unavailable", "CORS"],
    [9, "failed precondition", "request_refused", "failed precondition"],
    [11, "out of range", "request_refused", "out of range"],
    [12, "unimplemented", "request_refused", "unimplemented"],
    [13, "Request failed: Failed to fetch", "pdp_unavailable", "CORS"],
    [13, auxData, "pdp_unavailable", "CORS"],
    [14, "unavailable", "pdp_unavailable", "Is it running"],
    [16, "unauthenticated", "token_refused", "Its log says why"],
    [99, "unheard of", "pdp_unavailable", "CORS"],
  ])("maps code %i, %s, to %s", (code, details, expected, remedy) => {
    for (const cause of [
      { code, details },
      Object.assign(new NotOK(Status.UNKNOWN, details), { code }),
    ]) {
      const error = authzErrorFromPdp(cause);
      expect(error).toBeInstanceOf(AuthzError);
      expect(error).toMatchObject({ code: expected, cause });
      expect(error.message).toContain(details);
      expect(error.message).toContain(remedy);
    }
  });

  it.each([
    [new Error("socket hang up"), "socket hang up"],
    [Object.assign(new Error("connect failed"), { code: "ECONNREFUSED" }), "connect failed"],
    [new TypeError("Failed to fetch"), "Failed to fetch"],
    ["down", "down"],
    [undefined, "undefined"],
    [null, "null"],
    [Symbol("s"), "Symbol(s)"],
    [{}, "unknown error"],
    [Object.create(null), "unknown error"],
    [{ code: "3", details: auxData }, auxData],
    [{ code: 14, details: [] }, "unknown error"],
  ])("takes %o for a PDP that cannot be reached", (cause, text) => {
    const error = authzErrorFromPdp(cause);
    expect(error).toMatchObject({ code: "pdp_unavailable", cause });
    expect(error.message).toContain(text);
  });

  it("reads the message of an Error that has a code and no details", () => {
    const cause = Object.assign(new Error("3 INVALID_ARGUMENT: invalid auxData"), { code: 3 });
    expect(authzErrorFromPdp(cause).code).toBe("token_refused");
  });

  it("knows the codes by their numbers in the client of Cerbos", () => {
    expect(authzErrorFromPdp(new NotOK(Status.UNAUTHENTICATED, "no")).code).toBe("token_refused");
    expect(authzErrorFromPdp(new NotOK(Status.DEADLINE_EXCEEDED, "no")).code).toBe("timeout");
    expect(authzErrorFromPdp(new NotOK(Status.UNAVAILABLE, "no")).code).toBe("pdp_unavailable");
  });

  it("lets an AuthzError through as it is", () => {
    const error = new AuthzError("session_expired", "over");
    expect(authzErrorFromPdp(error)).toBe(error);
  });
});
