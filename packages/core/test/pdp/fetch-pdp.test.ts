import { createServer, type RequestListener } from "node:http";
import { type AddressInfo } from "node:net";
import { inspect } from "node:util";
import { AuthzError, type PdpPlanRequest, type PdpRequest } from "@kinde-cerbos/core";
import { createFetchPdp, type FetchPdpOptions } from "@kinde-cerbos/core/fetch-pdp";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SIGNATURE, token } from "../support.ts";

const principal = { id: "kp_alice", roles: ["user"], attr: {} };
const auxData = { jwt: { token: token() } };
const checkRequest: PdpRequest = {
  principal,
  resources: [{ resource: { kind: "document", id: "1", attr: { owner: "kp_alice" } }, actions: ["view"] }],
  auxData,
};
const planRequest: PdpPlanRequest = { principal, resource: { kind: "document", attr: {} }, actions: ["view"], auxData };

type Fetch = typeof globalThis.fetch;

/** A `fetch` that answers what `respond` makes, and keeps what it was asked. */
function fakeFetch(respond: () => Response | Promise<Response> = () => Response.json({ results: [] })) {
  return vi.fn<Fetch>(async () => respond());
}

/** Asks for a check through a client on this `fetch`. */
function ask(
  fetch: Fetch,
  { signal = new AbortController().signal, ...options }: FetchPdpOptions & { signal?: AbortSignal } = {},
) {
  return createFetchPdp("https://pdp.example", { fetch, ...options }).checkResources(checkRequest, { signal });
}

/** The request that `fetch` was called with, as a browser would make it. */
function sent(fetch: ReturnType<typeof fakeFetch>): Request {
  expect(fetch).toHaveBeenCalledOnce();
  const [url, init] = fetch.mock.calls[0]!;
  return new Request(url, init);
}

/** What a client throws for this answer; it holds no token. */
async function failure(fetch: Fetch, options?: Parameters<typeof ask>[1]): Promise<AuthzError> {
  const error: unknown = await ask(fetch, options).then(
    () => expect.fail("It was answered."),
    (reason: unknown) => reason,
  );
  expect(inspect(error, { depth: null, showHidden: true })).not.toContain(SIGNATURE);
  if (error instanceof AuthzError) return error;
  throw error;
}

/** What a client makes of this answer of REST to a check. */
const answer = (body: unknown) => ask(fakeFetch(() => Response.json(body)));

/** What a client makes of this answer of REST to a plan. */
const plan = (body: unknown) =>
  createFetchPdp("/pdp", { fetch: fakeFetch(() => Response.json(body)) }).planResources(planRequest, {
    signal: new AbortController().signal,
  });

/** Whether a page is told that CORS may be why it gets no answer from this address. */
const mayBeCors = async (baseUrl: string, fetch: Fetch): Promise<boolean> => {
  vi.stubGlobal("location", new URL("https://app.example/documents/1"));
  const signal = new AbortController().signal;
  const asked = createFetchPdp(baseUrl, { fetch }).checkResources(checkRequest, { signal });
  const error = await asked.catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: "pdp_unavailable" });
  const isSaid = String(error).includes("CORS");
  if (isSaid) expect(error).toHaveProperty("message", expect.stringContaining("list allow https://app.example?"));
  return isSaid;
};

/** Cerbos' error body. */
const said = (code: number, message: string) => ({ code, message });

const responding = (status: number, body: string | object = "", headers: { [name: string]: string } = {}) =>
  fakeFetch(() => new Response(typeof body === "string" ? body : JSON.stringify(body), { status, headers }));

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("a request", () => {
  it.each([
    ["https://pdp.example", "https://pdp.example/api/check/resources"],
    ["https://pdp.example/", "https://pdp.example/api/check/resources"],
    ["https://pdp.example/deep/pdp", "https://pdp.example/deep/pdp/api/check/resources"],
    ["/pdp", "/pdp/api/check/resources"],
    ["/pdp/", "/pdp/api/check/resources"],
    ["", "/api/check/resources"],
  ])("to %j goes to %s", async (baseUrl, url) => {
    const fetch = fakeFetch();
    const { signal } = new AbortController();
    await createFetchPdp(baseUrl, { fetch }).checkResources(checkRequest, { signal });
    expect(fetch.mock.calls[0]?.[0]).toBe(url);
  });

  it("is Cerbos' own, with its name for the metadata", async () => {
    const fetch = fakeFetch();
    const { signal } = new AbortController();
    await createFetchPdp("https://pdp.example", { fetch }).checkResources(
      { ...checkRequest, includeMetadata: true },
      { signal },
    );
    expect(sent(fetch).method).toBe("POST");
    expect(await sent(fetch).json()).toStrictEqual({ ...checkRequest, includeMeta: true });
  });

  it("for a plan is Cerbos' own too", async () => {
    const fetch = fakeFetch();
    const { signal } = new AbortController();
    await createFetchPdp("/pdp/", { fetch }).planResources(planRequest, { signal });
    const [url, init] = fetch.mock.calls[0]!;
    expect(url).toBe("/pdp/api/plan/resources");
    expect(await new Response(init?.body).json()).toStrictEqual({ ...planRequest });
  });

  it("needs no CORS preflight, and has the token in its body alone", async () => {
    const fetch = fakeFetch();
    await ask(fetch);
    const request = sent(fetch);
    expect([...request.headers]).toEqual([["content-type", "text/plain;charset=UTF-8"]]);
    expect(request.url).not.toContain(SIGNATURE);
    expect(await request.text()).toContain(SIGNATURE);
  });

  it("leaves credentials at the platform's default and follows no redirect", async () => {
    const fetch = fakeFetch();
    await ask(fetch);
    expect(fetch.mock.calls[0]?.[1]).not.toHaveProperty("credentials");
    expect(fetch.mock.calls[0]?.[1]).toHaveProperty("redirect", "manual");
  });

  it.each<[string, FetchPdpOptions["headers"] & {}]>([
    ["an object", { "x-tenant": "acme" }],
    ["a function", () => ({ "x-tenant": "acme" })],
    ["an async function", () => Promise.resolve({ "x-tenant": "acme" })],
  ])("has the headers of %s", async (_, headers) => {
    const fetch = fakeFetch();
    await ask(fetch, { headers });
    expect(sent(fetch).headers.get("x-tenant")).toBe("acme");
  });

  it("asks for headers anew each time", async () => {
    const fetch = fakeFetch();
    let count = 0;
    const pdp = createFetchPdp("/pdp", { fetch, headers: () => ({ "x-count": String((count += 1)) }) });
    const { signal } = new AbortController();
    await pdp.checkResources(checkRequest, { signal });
    await pdp.planResources(planRequest, { signal });
    expect(fetch.mock.calls.map(([, init]) => init?.headers)).toEqual([{ "x-count": "1" }, { "x-count": "2" }]);
  });

  it("goes through the global fetch of its time, which wants to be called as a function", async () => {
    const pdp = createFetchPdp("https://pdp.example");
    const later = vi.fn<Fetch>(function (this: unknown) {
      if (this !== undefined && this !== globalThis) throw new TypeError("Illegal invocation");
      return Promise.resolve(Response.json({ results: [] }));
    });
    vi.stubGlobal("fetch", later);
    await pdp.checkResources(checkRequest, { signal: new AbortController().signal });
    expect(later).toHaveBeenCalledOnce();
  });

  it("calls a fetch that is given as a function too", async () => {
    const strict = vi.fn<Fetch>(function (this: unknown) {
      if (this !== undefined) throw new TypeError("Illegal invocation");
      return Promise.resolve(Response.json({ results: [] }));
    });
    await expect(ask(strict)).resolves.toBeDefined();
  });
});

describe("an answer", () => {
  it("to a check is that of Cerbos' clients", async () => {
    const resource = { id: "1", kind: "document" };
    const validationErrors = [{ path: "/owner", message: "unknown", source: "SOURCE_RESOURCE" }];
    const row = {
      resource,
      actions: { view: "EFFECT_ALLOW" },
      validationErrors,
      outputs: [
        { src: "policy#view", val: { src: 1, val: null }, action: "view" },
        { src: "policy#reason", action: "view", error: "no such key: state" },
      ],
      meta: {
        actions: { view: { matchedPolicy: "p" }, edit: { matchedPolicy: "NO_MATCH", matchedScope: "acme" } },
        effectiveDerivedRoles: ["owner"],
      },
    };
    expect(await answer({ cerbosCallId: "call-1", results: [row, { resource, actions: {} }] })).toEqual({
      cerbosCallId: "call-1",
      results: [
        {
          resource,
          actions: { view: "EFFECT_ALLOW" },
          validationErrors,
          outputs: [
            { source: "policy#view", value: { src: 1, val: null }, action: "view" },
            { source: "policy#reason", value: undefined, action: "view", error: "no such key: state" },
          ],
          metadata: {
            actions: {
              view: { matchedPolicy: "p", matchedScope: "" },
              edit: { matchedPolicy: "NO_MATCH", matchedScope: "acme" },
            },
            effectiveDerivedRoles: ["owner"],
          },
        },
        { resource, actions: {} },
      ],
    });
  });

  it("to a plan is that of Cerbos' clients", async () => {
    const condition = {
      expression: {
        operator: "and",
        operands: [
          {
            expression: {
              operator: "eq",
              operands: [{ variable: "request.resource.attr.owner" }, { value: "kp_alice" }],
            },
          },
          {
            expression: { operator: "eq", operands: [{ value: null }, { value: { variable: "data", expression: 1 } }] },
          },
          { expression: { operator: "now" } },
        ],
      },
    };
    const body = {
      cerbosCallId: "call-1",
      actions: ["view"],
      filter: { kind: "KIND_CONDITIONAL", condition },
      meta: { filterDebug: "(and …)", matchedScopes: { view: "" } },
    };
    expect(await plan(body)).toEqual({
      cerbosCallId: "call-1",
      kind: "KIND_CONDITIONAL",
      condition: {
        operator: "and",
        operands: [
          { operator: "eq", operands: [{ name: "request.resource.attr.owner" }, { value: "kp_alice" }] },
          { operator: "eq", operands: [{ value: null }, { value: { variable: "data", expression: 1 } }] },
          { operator: "now", operands: [] },
        ],
      },
      validationErrors: [],
      metadata: { conditionString: "(and …)", matchedScopes: { view: "" } },
    });
    expect(await plan({ filter: { kind: "KIND_ALWAYS_DENIED" }, validationErrors: [{ path: "/" }] })).toEqual({
      kind: "KIND_ALWAYS_DENIED",
      validationErrors: [{ path: "/" }],
    });
  });

  it("may have actions with the names of an object's own", async () => {
    const body =
      '{"results":[{"actions":{"__proto__":"EFFECT_DENY"},"meta":{"actions":{"__proto__":{"matchedPolicy":"p"}}}}]}';
    const { results } = JSON.parse(JSON.stringify(await ask(responding(200, body))));
    expect(Object.entries(results[0].actions)).toEqual([["__proto__", "EFFECT_DENY"]]);
    expect(Object.entries(results[0].metadata.actions)).toEqual([
      ["__proto__", { matchedPolicy: "p", matchedScope: "" }],
    ]);
  });

  it.each([null, 1, "text", true, [], {}, { results: null }, { results: {} }, { results: "rows" }])(
    "of another shape, %j, is left to its reader",
    async (body) => {
      const { results } = Object(body);
      expect(await answer(body)).toEqual({ results });
      expect(await plan(body)).toEqual({ validationErrors: [] });
    },
  );

  it("with rows and operands of other shapes is left to its reader too", async () => {
    const rows = [null, 1, "row", [], { outputs: 1, meta: 2 }, { outputs: [null, 3], meta: { actions: [null, 4] } }];
    await expect(answer({ results: rows })).resolves.toHaveProperty("results.length", rows.length);
    for (const condition of [
      null,
      1,
      "x",
      [],
      {},
      { expression: null },
      { expression: { operands: 1 } },
      { variable: null },
    ]) {
      await expect(plan({ filter: { condition } })).resolves.toBeDefined();
    }
  });

  it("nested without an end is an error, and no crash", async () => {
    const deep = `${'{"expression":{"operands":['.repeat(20_000)}${"]}}".repeat(20_000)}`;
    const fetch = responding(200, `{"filter":{"condition":${deep}}}`);
    const asked = createFetchPdp("/pdp", { fetch }).planResources(planRequest, {
      signal: new AbortController().signal,
    });
    await expect(asked).rejects.toMatchObject({ name: "AuthzError", code: "pdp_unavailable" });
  });
});

describe("a refusal", () => {
  it.each([
    [400, said(3, "invalid auxData"), "token_refused", "log says why"],
    [400, said(3, "validation error: aux_data.jwt.token: value is required"), "token_refused", "aux_data"],
    [400, said(3, "validation error: principal.roles: value is required"), "request_refused", "principal.roles"],
    [400, said(3, "validation error: resources[0].resource.id: value is required"), "check_refused", "resource.id"],
    [400, said(3, "number of actions (51) exceeds configured limit (50)"), "check_refused", "configured limit (50)"],
    [400, said(9, "failed precondition"), "check_refused", "failed precondition"],
    [403, said(7, "permission denied"), "request_refused", "permission denied"],
    [404, said(5, "Not Found"), "request_refused", "Is the URL right"],
    [429, said(8, "grpc: received message larger than max (2 vs. 1)"), "check_refused", "larger than max"],
    [429, said(8, "too many requests"), "pdp_unavailable", "too many requests"],
    [500, said(13, "internal"), "pdp_unavailable", "internal"],
    [501, said(12, "Method Not Allowed"), "request_refused", "Method Not Allowed"],
    [503, said(14, "unavailable"), "pdp_unavailable", "unavailable"],
    [504, said(4, "deadline exceeded"), "timeout", "deadline"],
  ])("of the PDP with %i %j is %s", async (status, body, code, text) => {
    const error = await failure(responding(status, body));
    expect(error).toMatchObject({ code });
    expect(error.message).toContain(text);
    expect(error.message).toContain(String(status));
  });

  it.each([
    "The request has no token. Sign in, and send the Kinde access token.",
    "The token has expired. Refresh it, or sign in again.",
  ])("of a gateway with 401 is in its own words: %s", async (message) => {
    expect(await failure(responding(401, said(16, message)))).toMatchObject({ code: "token_refused", message });
  });

  const page = "<!doctype html><title>Proxy</title>";
  it.each([
    [400, "request_refused"],
    [401, "token_refused"],
    [402, "request_refused"],
    [403, "request_refused"],
    [404, "request_refused"],
    [405, "request_refused"],
    [408, "timeout"],
    [413, "check_refused"],
    [414, "request_refused"],
    [415, "request_refused"],
    [429, "pdp_unavailable"],
    [499, "request_refused"],
    [500, "pdp_unavailable"],
    [501, "request_refused"],
    [502, "pdp_unavailable"],
    [503, "pdp_unavailable"],
    [504, "timeout"],
    [599, "pdp_unavailable"],
  ])("of a proxy with %i is %s, and its page is not quoted", async (status, code) => {
    const isAbout = { code, message: expect.stringContaining(String(status)) };
    expect(await failure(responding(status, page, { "content-type": "text/html" }))).toMatchObject(isAbout);
    expect((await failure(responding(status, page))).message).not.toContain("Proxy");
    expect(await failure(responding(status))).toMatchObject(isAbout);
  });

  it.each([
    [403, { code: 3, message: "invalid auxData" }],
    [400, { code: "3", message: "invalid auxData" }],
    [400, { code: 40_003, message: "invalid auxData" }],
    [400, { code: 3 }],
    [400, { message: "invalid auxData" }],
    [400, null],
    [400, []],
  ])("with %i %j has the meaning of its status", async (status, body) => {
    expect(await failure(fakeFetch(() => Response.json(body, { status })))).toMatchObject({ code: "request_refused" });
  });

  it.each([301, 302, 303, 307, 308])("with a redirect, %i, is a PDP that is not there", async (status) => {
    const error = await failure(responding(status, "", { location: "https://login.example" }));
    expect(error).toMatchObject({ code: "pdp_unavailable" });
    expect(error.message).toContain("A redirect is not followed");
  });

  it("with a redirect that a browser hides is the same", async () => {
    const hidden = Object.defineProperties(Response.error(), { type: { value: "opaqueredirect" } });
    const error = await failure(fakeFetch(() => hidden));
    expect(error).toMatchObject({ code: "pdp_unavailable" });
    expect(error.message).toContain("A redirect is not followed");
  });

  it("quotes no token, however long the text before it", async () => {
    const quoted = `Bad request: ${JSON.stringify({ ...auxData })}`;
    const error = await failure(responding(400, said(3, quoted)));
    expect(error.message).toContain("[token]");
    const long = await failure(responding(400, said(3, `${"x".repeat(490)} ${auxData.jwt.token}`)));
    expect(long.message).not.toContain("eyJ");
    expect(long.message.length).toBeLessThan(650);
  });

  it("whose body breaks off has the meaning of its status", async () => {
    const broken = new ReadableStream({ pull: (stream) => stream.error(new TypeError("terminated")) });
    expect(await failure(fakeFetch(() => new Response(broken, { status: 401 })))).toMatchObject({
      code: "token_refused",
    });
  });

  describe("says when to ask again", () => {
    beforeEach(() => {
      vi.useFakeTimers({ toFake: ["Date"], now: Date.UTC(2026, 0, 1) });
    });

    it.each([
      ["3", 3000],
      ["Thu, 01 Jan 2026 00:00:07 GMT", 7000],
      ["0", undefined],
      ["-5", undefined],
      ["Wed, 31 Dec 2025 23:59:00 GMT", undefined],
      ["soon", undefined],
      ["", undefined],
    ])("with Retry-After: %j in %s ms", async (header, retryAfterMs) => {
      for (const status of [429, 503]) {
        const error = await failure(responding(status, page, { "retry-after": header }));
        expect(error).toMatchObject({ code: "pdp_unavailable", retryAfterMs });
      }
    });

    it("only if it does", async () => {
      expect((await failure(responding(503))).retryAfterMs).toBeUndefined();
    });
  });
});

describe("no answer", () => {
  it.each([
    ["text/html", signInPage(), "text/html"],
    ["application/json", '{"results":[', "application/json"],
    ["text/plain", "", "text/plain"],
  ])("is a success with %s that is not JSON", async (type, body, text) => {
    const error = await failure(responding(200, body, { "content-type": type }));
    expect(error).toMatchObject({ code: "pdp_unavailable" });
    expect(error.message).toContain(`something else answers, with ${text}`);
    expect(error.message).not.toContain("doctype");
  });

  it("is a network that fails, in the words of what failed", async () => {
    const cause = new Error("connect ECONNREFUSED 127.0.0.1:3592");
    const error = await failure(fakeFetch(() => Promise.reject(new TypeError("fetch failed", { cause }))));
    expect(error).toMatchObject({ code: "pdp_unavailable" });
    expect(error.message).toContain("fetch failed");
    expect(error.message).toContain("ECONNREFUSED");
    expect(error.message).toContain("Is it running");
    // There is no page here, so there is no CORS.
    expect(error.message).not.toContain("CORS");
  });

  it.each([
    ["/authz", false],
    ["https://app.example/authz/", false],
    ["https://pdp.example", true],
    ["http://app.example", true],
  ])("from %s may be for CORS: %s", async (baseUrl, expected) => {
    const failed = fakeFetch(() => Promise.reject(new TypeError("Failed to fetch")));
    expect(await mayBeCors(baseUrl, failed)).toBe(expected);
    // What can be read has passed CORS.
    expect(await mayBeCors(baseUrl, responding(200, "<html>"))).toBe(false);
    expect(await mayBeCors(baseUrl, responding(502, "<html>"))).toBe(false);
  });

  it.each([undefined, null, 7, "down", {}])("is whatever a fetch throws, such as %o", async (thrown) => {
    // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- some do
    expect(await failure(fakeFetch(() => Promise.reject(thrown)))).toMatchObject({ code: "pdp_unavailable" });
  });

  it("is a body that breaks off", async () => {
    const broken = new ReadableStream({ pull: (stream) => stream.error(new TypeError("terminated")) });
    const error = await failure(fakeFetch(() => new Response(broken)));
    expect(error).toMatchObject({ code: "pdp_unavailable" });
    expect(error.message).toContain("terminated");
  });

  it("quotes no token that a fetch quotes, in its message or its cause", async () => {
    const cause = new Error(`Bearer ${auxData.jwt.token} is an invalid header value`);
    const error = await failure(fakeFetch(() => Promise.reject(new Error(String(cause), { cause }))));
    expect(error.message).toContain("[token] is an invalid header value");
  });

  it("comes for headers that cannot be had; an AuthzError of theirs goes through", async () => {
    const fetch = fakeFetch();
    const noKey = new Error("no key");
    expect((await failure(fetch, { headers: () => Promise.reject(noKey) })).message).toContain("no key");
    const expired = new AuthzError("session_expired", "over");
    expect(await failure(fetch, { headers: () => Promise.reject(expired) })).toBe(expired);
    expect(fetch).not.toHaveBeenCalled();
  });

  it("comes for a request that is not JSON", async () => {
    const cycle: PdpRequest = structuredClone(checkRequest);
    Object.assign(cycle.principal.attr, { cycle });
    const asked = createFetchPdp("/pdp", { fetch: fakeFetch() }).checkResources(cycle, {
      signal: new AbortController().signal,
    });
    await expect(asked).rejects.toBeInstanceOf(AuthzError);
  });

  it("in the time of a fetch's own is a timeout", async () => {
    const timeout = new DOMException("The operation timed out.", "TimeoutError");
    expect(await failure(fakeFetch(() => Promise.reject(timeout)))).toMatchObject({ code: "timeout" });
  });
});

describe("an abort", () => {
  it("before the request sends nothing", async () => {
    const server = await listen((_, response) => response.end("{}"));
    const reason = new Error("left the page");
    const asked = createFetchPdp(server.url).checkResources(checkRequest, { signal: AbortSignal.abort(reason) });
    await expect(asked).rejects.toMatchObject({ name: "AuthzError", code: "aborted", cause: reason });
    expect(server.requests()).toBe(0);
    await server.close();
  });

  it.each(["before the headers", "within the body"])(
    "of a request in flight, %s, closes its connection",
    async (when) => {
      const arrived = Promise.withResolvers<void>();
      const closed = Promise.withResolvers<void>();
      const server = await listen((_, response) => {
        response.on("close", closed.resolve);
        if (when === "within the body") response.write('{"results":[');
        arrived.resolve();
      });
      const controller = new AbortController();
      const asked = createFetchPdp(server.url).checkResources(checkRequest, { signal: controller.signal });
      await arrived.promise;
      controller.abort("left");
      await expect(asked).rejects.toMatchObject({ code: "aborted", cause: "left" });
      await closed.promise;
      await server.close();
    },
  );

  it("wins over what the request came to in the meantime", async () => {
    const controller = new AbortController();
    const fetch = fakeFetch(() => {
      controller.abort();
      return Promise.reject(new TypeError("fetch failed"));
    });
    expect(await failure(fetch, { signal: controller.signal })).toMatchObject({ code: "aborted" });
  });
});

function signInPage(): string {
  return "<!doctype html><title>Sign in</title>";
}

/** A server on the loopback address. */
async function listen(listener: RequestListener) {
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    listener(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on a port, not on a pipe
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests: () => requests,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
