import { NotOK, Status } from "@cerbos/core";
import { HTTP } from "@cerbos/http";
import { AuthzError, type PolicyDecisionPoint } from "@kinde-cerbos/core";
import { inspect } from "node:util";
import { afterEach, describe, expect, it, vi } from "vitest";
import { authzErrorFromPdp } from "../src/pdp.ts";
import { setUp, SIGNATURE, view } from "./support.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("PolicyDecisionPoint", () => {
  it("fits the clients of Cerbos as they are", () => {
    const pdp: PolicyDecisionPoint = new HTTP("http://localhost");
    expect(pdp).toHaveProperty("checkResources", expect.any(Function));
    expect(pdp).toHaveProperty("planResources", expect.any(Function));
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
      "check_refused",
      "exceeds",
    ],
    [3, "validation error: resources[0].actions: value is required", "check_refused", "resources[0]"],
    [3, "validation error: principal.roles: value is required", "request_refused", "principal"],
    [3, auxData, "token_refused", "JWKS"],
    [3, "validation error: aux_data.jwt.token: value is required", "token_refused", "JWKS"],
    [4, "deadline exceeded", "timeout", "gave up"],
    [5, "not found", "request_refused", "Is the URL right"],
    [7, "permission denied", "request_refused", "permission denied"],
    [8, "too many requests", "pdp_unavailable", "CORS"],
    [8, "grpc: received message larger than max (5 vs. 4)", "check_refused", "larger"],
    [9, "failed precondition", "check_refused", "failed precondition"],
    [11, "out of range", "check_refused", "out of range"],
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

describe("the client of Cerbos", () => {
  it("gives a decision", async () => {
    const body = {
      requestId: "1",
      cerbosCallId: "call-1",
      results: [
        {
          resource: { id: "1", kind: "document", policyVersion: "default", scope: "" },
          actions: { view: "EFFECT_ALLOW" },
          validationErrors: [{ path: "/owner", message: "unknown", source: "SOURCE_RESOURCE" }],
          outputs: [{ src: "policy#view", val: { reason: "owner" }, action: "view" }],
        },
      ],
    };
    expect(await ask(1, 200, JSON.stringify(body))).toStrictEqual({
      allowed: true,
      action: "view",
      resource: { kind: "document", id: "1" },
      outputs: [{ source: "policy#view", value: { reason: "owner" } }],
      validationErrors: [{ path: "/owner", message: "unknown", source: "SOURCE_RESOURCE" }],
      callId: "call-1",
    });
  });

  it.each([
    [1, 400, '{"code":3,"message":"invalid auxData"}', "token_refused"],
    [
      1,
      400,
      '{"code":3,"message":"number of actions (51) exceeds configured limit (50)"}',
      "check_refused",
    ],
    [3, 502, "<html><h1>Bad Gateway</h1></html>", "pdp_unavailable"],
    [3, 200, "<!doctype html>", "pdp_unavailable"],
    [1, 200, "{}", "malformed_response"],
    [3, 200, "null", "pdp_unavailable"],
  ])("gives an error after %i attempts for %i %s", async (attempts, status, body, code) => {
    expect(await ask(attempts, status, body)).toMatchObject({ name: "AuthzError", code });
  });
});

/** The outcome of one check, asked so often through the real client of a server that answers this. */
async function ask(attempts: number, status: number, body: string): Promise<unknown> {
  const fetch = vi.fn<typeof globalThis.fetch>(() =>
    Promise.resolve(new Response(body, { status })),
  );
  vi.stubGlobal("fetch", fetch);
  const { authorizer, nextTask } = await setUp(new HTTP("http://pdp.example"));
  const outcome = authorizer.check(view("1", { owner: "alice" })).catch((error: unknown) => error);
  nextTask();
  const result = await outcome;
  expect(fetch).toHaveBeenCalledTimes(attempts);
  expect(inspect(fetch.mock.calls, { depth: null })).toContain(SIGNATURE);
  expect(inspect(result, { depth: null })).not.toContain(SIGNATURE);
  return result;
}
