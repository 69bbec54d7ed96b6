import { inspect } from "node:util";
import { NotOK, Status } from "@cerbos/core";
import { HTTP } from "@cerbos/http";
import { AuthzError, type PolicyDecisionPoint } from "@kinde-cerbos/core";
import { afterEach, describe, expect, it, vi } from "vitest";
import { authzErrorFromPdp } from "../../src/pdp/pdp.ts";
import { setUp, SIGNATURE, view } from "../support.ts";

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
    [1, "canceled", "pdp_unavailable", "could not be answered"],
    [2, "unknown", "pdp_unavailable", "could not be answered"],
    [3, "number of resources in batch (51) exceeds configured limit (50)", "check_refused", "exceeds"],
    [3, "validation error: resources[0].actions: value is required", "check_refused", "resources[0]"],
    [3, "validation error: principal.roles: value is required", "request_refused", "principal"],
    [3, auxData, "token_refused", "JWKS"],
    [3, "validation error: aux_data.jwt.token: value is required", "token_refused", "JWKS"],
    [4, "deadline exceeded", "timeout", "no answer in time"],
    [5, "not found", "request_refused", "Is the URL right"],
    [7, "permission denied", "request_refused", "permission denied"],
    [8, "too many requests", "pdp_unavailable", "could not be answered"],
    [8, "grpc: received message larger than max (5 vs. 4)", "check_refused", "larger"],
    [9, "failed precondition", "check_refused", "failed precondition"],
    [11, "out of range", "check_refused", "out of range"],
    [12, "unimplemented", "request_refused", "unimplemented"],
    [13, "Request failed: Failed to fetch", "pdp_unavailable", "Is it running"],
    [13, auxData, "pdp_unavailable", "could not be answered"],
    [14, "unavailable", "pdp_unavailable", "could not be answered"],
    [16, "unauthenticated", "token_refused", "unauthenticated"],
    [99, "unheard of", "pdp_unavailable", "could not be answered"],
  ])("maps code %i, %s, to %s", (code, details, expected, remedy) => {
    for (const cause of [{ code, details }, Object.assign(new NotOK(Status.UNKNOWN, details), { code })]) {
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

  it("passes on what a gateway says of a 401, and takes it for no word of the PDP", () => {
    const details = "The request has no token. Sign in, and send the Kinde access token.";
    expect(authzErrorFromPdp({ code: 16, details })).toMatchObject({ code: "token_refused", message: details });
  });

  it("asks whether the URL is right only where the path is not known", () => {
    expect(authzErrorFromPdp({ code: 5, details: "Not Found" }).message).toContain("Is the URL right?");
    const details = "This gateway does not answer plans. Turn them on with its option plans.";
    expect(authzErrorFromPdp({ code: 7, details }).message).toBe(`The request was refused: ${details}`);
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
    [1, 400, '{"code":3,"message":"number of actions (51) exceeds configured limit (50)"}', "check_refused"],
    [3, 502, "<html><h1>Bad Gateway</h1></html>", "pdp_unavailable"],
    [3, 200, "<!doctype html>", "pdp_unavailable"],
    [1, 200, "{}", "malformed_response"],
    [3, 200, "null", "pdp_unavailable"],
  ])("gives an error after %i attempts for %i %s", async (attempts, status, body, code) => {
    expect(await ask(attempts, status, body)).toMatchObject({ name: "AuthzError", code });
  });
});

describe("the client of Cerbos that gets no answer", () => {
  it.each(["/authz", "authz", "", "https://app.example", "https://app.example:443/authz"])(
    "from %j, which is on the page's own origin: there is no CORS",
    async (address) => {
      onPage();
      const error = await askThrough(address, 3, failed);
      expect(error).toMatchObject({ code: "pdp_unavailable", message: expect.stringContaining("Is it running") });
      expect(error).toHaveProperty("message", expect.not.stringContaining("CORS"));
    },
  );

  it.each(["http://app.example/authz", "https://pdp.example", "https://app.example:8443", "//pdp.example"])(
    "from %s, which is on another origin: CORS may be why",
    async (address) => {
      onPage();
      const asked = "does its CORS list allow https://app.example?";
      expect(await askThrough(address, 3, failed)).toHaveProperty("message", expect.stringContaining(asked));
    },
  );

  it("by an address that is relative to the page's base", async () => {
    onPage();
    vi.stubGlobal("document", { baseURI: "https://cdn.example/app/" });
    expect(await askThrough("/authz", 3, failed)).toHaveProperty("message", expect.stringContaining("CORS"));
  });

  it("on a server, where there is no CORS", async () => {
    const error = await askThrough("https://pdp.example", 3, failed);
    expect(error).toHaveProperty("message", expect.not.stringContaining("CORS"));
  });

  it("but an error page, which CORS lets through", async () => {
    onPage();
    const error = await askThrough("https://pdp.example", 3, errorPage);
    expect(error).toHaveProperty("message", expect.not.stringContaining("CORS"));
  });

  it("and does not tell its address: CORS may be why", async () => {
    onPage();
    const { authorizer, nextTask } = await setUp({ checkResources: failed });
    const asked = authorizer.check(view("1")).catch((error: unknown) => error);
    nextTask();
    expect(await asked).toHaveProperty("message", expect.stringContaining("If it is on another origin than this page"));
  });
});

describe("the client of Cerbos at a gateway", () => {
  it.each([
    [401, 16, "The request has no token. Sign in, and send the Kinde access token.", "token_refused", 1],
    [
      401,
      16,
      "The token is from another issuer. Is the issuer option the Kinde domain of the app?",
      "token_refused",
      1,
    ],
    [503, 14, "No PDP answers, so nothing is allowed. Try again.", "pdp_unavailable", 3],
    [504, 4, "No PDP answered in time, so nothing is allowed. Try again.", "timeout", 3],
    [500, 13, "The server failed at this request. Its log has the cause.", "pdp_unavailable", 3],
  ])("passes on its words, %i %i %s", async (status, code, message, expected, attempts) => {
    vi.stubGlobal("location", new URL("https://app.example"));
    const error = await ask(attempts, status, JSON.stringify({ code, message }));
    expect(error).toMatchObject({ code: expected, message: expect.stringContaining(message) });
    expect(error).toHaveProperty("message", expect.not.stringMatching(/CORS|Is it running|The PDP (refused|gave)/));
  });
});

const onPage = (): void => void vi.stubGlobal("location", new URL("https://app.example/documents/1"));
const failed = (): Promise<Response> => Promise.reject(new TypeError("Failed to fetch"));
const errorPage = (): Promise<Response> => Promise.resolve(new Response("<html>", { status: 502 }));

/** The outcome of one check, asked so often through the real client of a server that answers this. */
function ask(attempts: number, status: number, body: string): Promise<unknown> {
  return askThrough("http://pdp.example", attempts, () => Promise.resolve(new Response(body, { status })));
}

/** As {@link ask}, of a server at this address. */
async function askThrough(address: string, attempts: number, respond: () => Promise<Response>): Promise<unknown> {
  const fetch = vi.fn<typeof globalThis.fetch>(respond);
  vi.stubGlobal("fetch", fetch);
  const { authorizer, nextTask } = await setUp(new HTTP(address));
  const outcome = authorizer.check(view("1", { owner: "alice" })).catch((error: unknown) => error);
  nextTask();
  const result = await outcome;
  expect(fetch).toHaveBeenCalledTimes(attempts);
  expect(inspect(fetch.mock.calls, { depth: null })).toContain(SIGNATURE);
  expect(inspect(result, { depth: null })).not.toContain(SIGNATURE);
  return result;
}
