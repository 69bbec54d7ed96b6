import { inspect } from "node:util";
import {
  AuthzError,
  type BatchEvent,
  type Check,
  createAuthorizer,
  createSession,
  renewSession,
} from "@kinde-cerbos/core";
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  answerOf,
  codeOf,
  decidingPdp,
  fakePdp,
  manualTime,
  outcome,
  outcomes,
  type Row,
  rowsFor,
  setUp,
  SIGNATURE,
  slowPdp,
  thrownBy,
  token,
  turn,
  view,
} from "../support.ts";

afterEach(() => {
  vi.useRealTimers();
});

describe("promise 1: one page, few requests", () => {
  it("asks with the principal and its token", async () => {
    const pdp = fakePdp();
    const { authorizer, nextTask } = await setUp(pdp, { claims: { org_code: "org_1" } });
    const decision = authorizer.check(view("1", { owner: "alice" }));
    nextTask();
    expect(await decision).toStrictEqual({
      allowed: true,
      action: "view",
      resource: { kind: "document", id: "1" },
      outputs: [],
      validationErrors: [],
      callId: "call-1",
    });
    expect(pdp.requests.map(({ body }) => body)).toStrictEqual([
      {
        principal: {
          id: "kp_alice",
          roles: ["user"],
          attr: {
            orgCode: "org_1",
            permissions: [],
            featureFlags: {},
            userProperties: {},
            organizationProperties: {},
          },
        },
        resources: [{ resource: { kind: "document", id: "1", attr: { owner: "alice" } }, actions: ["view"] }],
        auxData: { jwt: { token: token({ org_code: "org_1" }) } },
      },
    ]);
  });

  it.each([
    [1, [1]],
    [50, [50]],
    [51, [50, 1]],
    [120, [50, 50, 20]],
  ])("sends %i resources in requests of %j, in parallel", async (count, sizes) => {
    const pdp = slowPdp();
    const { authorizer, nextTask } = await setUp(pdp);
    const ids = Array.from({ length: count }, (_, id) => String(id));
    const decisions = outcomes(ids.map((id) => authorizer.check(view(id))));
    expect(pdp.requests).toHaveLength(0);
    nextTask();
    expect(pdp.requests.map(({ body }) => body.resources.length)).toEqual(sizes);
    expect(pdp.requests.flatMap(({ body }) => body.resources.map(({ resource }) => resource.id))).toEqual(ids);
    for (const _ of sizes) pdp.answer();
    expect(new Set(await decisions)).toEqual(new Set(["allowed"]));
  });

  it("sends the same check once", async () => {
    expect(await entriesFor([view("1"), view("1"), view("1", {})])).toEqual([
      { resource: { kind: "document", id: "1", attr: {} }, actions: ["view"] },
    ]);
  });

  it("sends the actions of an identical resource in one entry, whatever the order of its keys", async () => {
    const resource = {
      kind: "document",
      id: "1",
      attr: { a: 1, b: 2 },
      scope: "acme",
      policyVersion: "v2",
    };
    const reordered = {
      policyVersion: "v2",
      scope: "acme",
      attr: { b: 2, a: 1 },
      id: "1",
      kind: "document",
    };
    expect(
      await entriesFor([
        { action: "view", resource },
        { action: "edit", resource: reordered },
      ]),
    ).toEqual([{ resource, actions: ["view", "edit"] }]);
  });

  it("sends two attr, scopes or versions of one id in entries of their own", async () => {
    const document = { kind: "document", id: "1" };
    const entries = await entriesFor([
      view("1", { a: 1 }),
      view("1", { a: 2 }),
      { action: "view", resource: { ...document, scope: "acme" } },
      { action: "view", resource: { ...document, policyVersion: "v2" } },
    ]);
    expect(entries?.map(({ resource }) => resource)).toEqual([
      { ...document, attr: { a: 1 } },
      { ...document, attr: { a: 2 } },
      { ...document, attr: {}, scope: "acme" },
      { ...document, attr: {}, policyVersion: "v2" },
    ]);
  });

  it("takes other limits", async () => {
    const pdp = fakePdp();
    const { authorizer, nextTask } = await setUp(pdp, { maxResources: 2, maxActions: 2 });
    const checks = ["a", "b", "c", "d", "e"].map((action) => ({ action, resource: "document" }));
    const decisions = authorizer.checkAll(checks);
    nextTask();
    await decisions;
    expect(pdp.requests.map(({ body }) => body.resources.map(({ actions }) => actions))).toEqual([
      [
        ["a", "b"],
        ["c", "d"],
      ],
      [["e"]],
    ]);
  });

  it("sends the checks of a later macrotask in another batch", async () => {
    const pdp = fakePdp();
    const { authorizer, nextTask } = await setUp(pdp);
    const first = authorizer.check(view("1"));
    nextTask();
    const second = authorizer.check(view("1"));
    nextTask();
    await Promise.all([first, second]);
    expect(pdp.requests).toHaveLength(2);
  });

  it("gathers what microtasks ask, and waits for no more than the macrotask", async () => {
    vi.useFakeTimers();
    const pdp = fakePdp();
    const session = await createSession(token());
    const authorizer = createAuthorizer({ pdp, session });
    const first = authorizer.check(view("1"));
    await Promise.resolve();
    const second = authorizer.check(view("2"));
    await vi.advanceTimersByTimeAsync(0);
    await Promise.all([first, second]);
    expect(pdp.requests).toHaveLength(1);
  });

  it.each([
    [undefined, 6],
    [1, 1],
    [8, 8],
  ])("maxInFlight %s: %i requests at a time, the others in their order", async (maxInFlight, most) => {
    const pdp = slowPdp();
    const options = { maxResources: 1, ...(maxInFlight !== undefined && { maxInFlight }) };
    const { authorizer, nextTask } = await setUp(pdp, options);
    const ids = Array.from({ length: 10 }, (_, id) => String(id));
    const decisions = outcomes(ids.map((id) => authorizer.check(view(id))));
    nextTask();
    for (let answered = 0; answered < ids.length; answered += 1) {
      expect(pdp.requests).toHaveLength(Math.min(most + answered, ids.length));
      pdp.answer();
      await turn();
    }
    expect(new Set(await decisions)).toEqual(new Set(["allowed"]));
    expect(pdp.requests.flatMap(({ body }) => body.resources.map(({ resource }) => resource.id))).toEqual(ids);
  });

  it("windowMs: gathers from the first check on for so long, and no longer", async () => {
    const pdp = fakePdp();
    const time = manualTime();
    const authorizer = createAuthorizer({ pdp, session: await createSession(token()), windowMs: 20, ...time });
    const decisions = [authorizer.check(view("1"))];
    await time.advance(19);
    decisions.push(authorizer.check(view("2")));
    expect(pdp.requests).toHaveLength(0);
    await time.advance(1);
    decisions.push(authorizer.check(view("3")));
    await time.advance(20);
    expect(await outcomes(decisions)).toEqual(["allowed", "allowed", "allowed"]);
    expect(pdp.requests.map(({ body }) => body.resources.length)).toEqual([2, 1]);
  });

  it("waits for no time by default", async () => {
    const time = manualTime();
    const authorizer = createAuthorizer({ pdp: fakePdp(), session: await createSession(token()), ...time });
    const decision = outcome(authorizer.check(view("1")));
    expect(time.delays).toEqual([0]);
    await time.advance(0);
    expect(await decision).toBe("allowed");
  });

  it("sends a request for nobody without a token", async () => {
    const pdp = fakePdp();
    const { authorizer, nextTask } = await setUp(pdp, { session: await createSession(null) });
    const decision = authorizer.check(view("1"));
    nextTask();
    await decision;
    expect(pdp.requests[0]?.body).not.toHaveProperty("auxData");
    expect(pdp.requests[0]?.body.principal.id).toBe("anonymous");
  });

  it("names the key set and asks for metadata when told to", async () => {
    const pdp = fakePdp();
    const { authorizer, nextTask } = await setUp(pdp, { keySetId: "kinde", includeMetadata: true });
    const decision = authorizer.check(view("1"));
    nextTask();
    await decision;
    expect(pdp.requests[0]?.body).toMatchObject({
      auxData: { jwt: { token: token(), keySetId: "kinde" } },
      includeMetadata: true,
    });
  });
});

describe("promise 2: answers never cross", () => {
  const lost = "malformed_response";
  it.each<[string, (rows: Row[]) => unknown[], string[]]>([
    ["all rows in place", (rows) => rows, ["allowed", "denied", "allowed"]],
    ["rows in another order", ([a, b, c]) => [a, c, b], ["allowed", "denied", "allowed"]],
    ["all rows in another order", ([a, b, c]) => [c, a, b], ["allowed", "denied", "allowed"]],
    ["the last row missing", (rows) => rows.slice(0, 2), ["allowed", "denied", lost]],
    ["the first row missing", (rows) => rows.slice(1), [lost, "denied", "allowed"]],
    ["no rows", () => [], [lost, lost, lost]],
    ["a row too many at the end", (rows) => [...rows, rows[0]], [lost, "denied", "allowed"]],
    ["a row too many between", ([a, b, c]) => [a, a, b, c], [lost, "denied", "allowed"]],
    ["null for a row", ([a, , c]) => [a, null, c], ["allowed", lost, "allowed"]],
    [
      "a row of another id",
      ([a, b, c]) => [a, { ...b, resource: { kind: "document", id: "9" } }, c],
      ["allowed", lost, "allowed"],
    ],
    [
      "a row of another kind",
      ([a, b, c]) => [a, { ...b, resource: { kind: "folder", id: "2" } }, c],
      ["allowed", lost, "allowed"],
    ],
    [
      "no effect for the action",
      ([a, b, c]) => [a, { ...b, actions: { edit: "EFFECT_ALLOW" } }, c],
      ["allowed", lost, "allowed"],
    ],
  ])("%s", async (_, change, expected) => {
    expect(await ask(change)).toEqual(expected);
  });

  it.each<[string, (rows: Row[]) => unknown[], string[]]>([
    ["all rows in place", (rows) => rows, ["allowed", "allowed", "allowed", "denied", "allowed"]],
    ["one of them missing", (rows) => rows.toSpliced(3, 1), ["allowed", lost, "allowed", lost, "allowed"]],
    ["the other missing", (rows) => rows.toSpliced(1, 1), ["allowed", lost, "allowed", lost, "allowed"]],
    ["a row missing between them", (rows) => rows.toSpliced(2, 1), ["allowed", lost, lost, lost, "allowed"]],
    [
      "one of them there twice",
      (rows) => rows.toSpliced(1, 0, rows[1]!),
      ["allowed", lost, "allowed", lost, "allowed"],
    ],
    ["a row too many at the end", (rows) => [...rows, rows[0]], [lost, lost, "allowed", lost, "allowed"]],
    [
      "sorted by name",
      (rows) => rows.toSorted((a, b) => a.resource.id.localeCompare(b.resource.id)),
      ["allowed", lost, "allowed", lost, "allowed"],
    ],
    ["moved by two", ([a, b, c, d, e]) => [d, e, a, b, c], ["allowed", lost, "allowed", lost, "allowed"]],
    // The row of the secret one takes the other's place, which is only to be seen at the last.
    ["both shifted", ([a, b, c, d]) => [a, d, c, b, a], [lost, lost, "allowed", lost, lost]],
  ])("one id with two attr: %s", async (_, change, expected) => {
    expect(await askTwice(change)).toEqual(expected);
  });

  it.each(["constructor", "toString", "__proto__", "hasOwnProperty"])(
    "the action %s is asked, and decided by its own effect",
    async (action) => {
      const check = { action, resource: "document" };
      for (const [effects, expected] of [
        [{}, lost],
        [Object.fromEntries([[action, "EFFECT_DENY"]]), "denied"],
        [Object.fromEntries([[action, "EFFECT_ALLOW"]]), "allowed"],
      ] as const) {
        const pdp = fakePdp((body) => answerOf(rowsFor(body).map(({ resource }) => ({ resource, actions: effects }))));
        const { authorizer, nextTask } = await setUp(pdp);
        const decision = outcome(authorizer.check(check));
        nextTask();
        expect(await decision).toBe(expected);
        expect(pdp.requests[0]?.body.resources[0]?.actions).toEqual([action]);
      }
    },
  );

  it("an effect is never inherited, even by an object that __proto__ has set", async () => {
    const pdp = fakePdp((body) =>
      answerOf(
        rowsFor(body).map(({ resource }) => ({
          resource,
          actions: Object.create({ view: "EFFECT_ALLOW" }),
        })),
      ),
    );
    const { authorizer, nextTask } = await setUp(pdp);
    const decision = outcome(authorizer.check(view("1")));
    nextTask();
    expect(await decision).toBe(lost);
  });

  it("a decision is about the check, whatever becomes of the caller's object", async () => {
    const pdp = fakePdp();
    const { authorizer, nextTask } = await setUp(pdp);
    const resource = { kind: "document", id: "1" };
    const first = authorizer.check({ action: "view", resource });
    resource.id = "2";
    const second = authorizer.check({ action: "view", resource });
    nextTask();
    expect((await Promise.all([first, second])).map((decision) => decision.resource.id)).toEqual(["1", "2"]);
  });
});

describe("promise 4: denied unless allowed", () => {
  it.each([
    ["EFFECT_DENY"],
    ["EFFECT_NO_MATCH"],
    ["EFFECT_UNSPECIFIED"],
    ["allow"],
    ["effect_allow"],
    [true],
    [1],
    [null],
  ])("the effect %j", async (effect) => {
    const { authorizer, nextTask } = await setUp(decidingPdp(() => effect));
    const decision = outcome(authorizer.check(view("1")));
    nextTask();
    expect(await decision).toBe("denied");
  });

  it.each<[string, () => unknown, string]>([
    ["null for an answer", () => null, "malformed_response"],
    ["a string for an answer", () => "<html>", "malformed_response"],
    ["an answer without results", () => ({ cerbosCallId: "call-1" }), "malformed_response"],
    ["an answer of nulls", () => answerOf([null]), "malformed_response"],
    ["a proxy's page", () => Promise.reject({ code: 13, details: "Unexpected token '<'" }), "pdp_unavailable"],
    ["a refused token", () => Promise.reject({ code: 3, details: "invalid auxData" }), "token_refused"],
    ["a refused request", () => Promise.reject({ code: 7, details: "permission denied" }), "request_refused"],
    ["a refused check", () => Promise.reject({ code: 3, details: "exceeds limit" }), "check_refused"],
    ["an error", () => Promise.reject(new Error("down")), "pdp_unavailable"],
    ["nothing thrown", () => Promise.reject(undefined), "pdp_unavailable"],
  ])("%s", async (_, respond, code) => {
    const { authorizer, nextTask } = await setUp(fakePdp(respond));
    const decision = outcome(authorizer.check(view("1")));
    nextTask();
    expect(await decision).toBe(code);
  });

  it("a PDP that throws at once", async () => {
    const { authorizer, nextTask } = await setUp({
      checkResources: () => {
        throw new TypeError("fetch is not a function");
      },
    });
    const decision = outcome(authorizer.check(view("1")));
    nextTask();
    expect(await decision).toBe("pdp_unavailable");
  });

  it.each([
    [undefined, 5000],
    [200, 200],
  ])("no answer: timeoutMs %s ends each attempt after %i ms", async (timeoutMs, ms) => {
    const pdp = slowPdp();
    const time = manualTime();
    const { authorizer, nextTask } = await setUp(pdp, { ...time, ...(timeoutMs !== undefined && { timeoutMs }) });
    const settled = vi.fn<() => void>();
    const decision = outcome(authorizer.check(view("1"))).finally(settled);
    nextTask();
    const abortedNow = (): boolean[] => pdp.requests.map(({ signal }) => signal.aborted);
    await time.advance(ms - 1);
    expect(abortedNow()).toEqual([false]);
    await time.advance(1);
    expect(abortedNow()).toEqual([true, false]);
    await time.advance(ms);
    expect(abortedNow()).toEqual([true, true, false]);
    await time.advance(ms - 1);
    expect(settled).not.toHaveBeenCalled();
    await time.advance(1);
    expect(await decision).toBe("timeout");
    expect(abortedNow()).toEqual([true, true, true]);
    expect(time.pending).toBe(0);
  });

  it("a caller that leaves, from a PDP that ignores the signal", async () => {
    const pdp = slowPdp();
    const { authorizer, nextTask } = await setUp(pdp);
    const caller = new AbortController();
    const decision = outcome(authorizer.check(view("1"), { signal: caller.signal }));
    nextTask();
    caller.abort();
    expect(await decision).toBe("aborted");
    pdp.answer();
    expect(pdp.requests[0]?.signal.aborted).toBe(true);
  });

  it("a check that cannot be asked is refused alone", async () => {
    const pdp = fakePdp();
    const { authorizer, nextTask } = await setUp(pdp);
    const decisions = outcomes([authorizer.check({ action: "", resource: "document" }), authorizer.check(view("1"))]);
    nextTask();
    expect(await decisions).toEqual(["invalid_check", "allowed"]);
    expect(pdp.requests[0]?.body.resources).toHaveLength(1);
  });

  it("an expired session asks nothing", async () => {
    const pdp = fakePdp();
    let time = 99_999;
    const { authorizer, nextTask } = await setUp(pdp, { claims: { exp: 100 }, now: () => time });
    const inTime = outcome(authorizer.check(view("1")));
    nextTask();
    expect(await inTime).toBe("allowed");
    time = 100_000;
    const late = outcome(authorizer.check(view("1")));
    nextTask();
    expect(await late).toBe("session_expired");
    expect(pdp.requests).toHaveLength(1);
  });

  it("a session that expires before its checks leave asks nothing", async () => {
    const pdp = fakePdp();
    let time = 99_999;
    const { authorizer, nextTask } = await setUp(pdp, { claims: { exp: 100 }, now: () => time });
    const decision = outcome(authorizer.check(view("1")));
    time = 100_000;
    nextTask();
    expect(await decision).toBe("session_expired");
    expect(pdp.requests).toHaveLength(0);
  });

  it("says since when a session is expired, at the ends of time too", async () => {
    for (const [exp, date] of [
      [0, "1970-01-01T00:00:00.000Z"],
      [-8.64e12, "-271821-04-20T00:00:00.000Z"],
    ] as const) {
      const { authorizer } = await setUp(fakePdp(), { claims: { exp } });
      await expect(authorizer.check(view("1"))).rejects.toMatchObject({
        code: "session_expired",
        message: expect.stringContaining(date),
      });
    }
  });

  it("after dispose: what waits, what is in flight, and what comes", async () => {
    const pdp = slowPdp();
    const { authorizer, nextTask } = await setUp(pdp);
    const inFlight = outcome(authorizer.check(view("1")));
    nextTask();
    const gathered = outcome(authorizer.check(view("2")));
    authorizer.dispose();
    expect(pdp.requests[0]?.signal.aborted).toBe(true);
    pdp.answer();
    nextTask();
    const coming = outcome(authorizer.check(view("3")));
    nextTask();
    expect(await Promise.all([inFlight, gathered, coming])).toEqual([
      "session_ended",
      "session_ended",
      "session_ended",
    ]);
    expect(pdp.requests).toHaveLength(1);
  });

  it("after dispose: no timer waits for the end of windowMs", async () => {
    const pdp = fakePdp();
    const time = manualTime();
    const authorizer = createAuthorizer({ pdp, session: await createSession(token()), windowMs: 60_000, ...time });
    const decision = outcome(authorizer.check(view("1")));
    expect(time.delays).toEqual([60_000]);
    authorizer.dispose();
    expect([time.pending, await decision]).toEqual([0, "session_ended"]);
    await time.advance(60_000);
    expect(pdp.requests).toHaveLength(0);
  });

  it("a late refusal after dispose changes nothing", async () => {
    const pdp = slowPdp();
    const { authorizer, nextTask } = await setUp(pdp);
    const decision = outcome(authorizer.check(view("1")));
    nextTask();
    authorizer.dispose();
    authorizer.dispose();
    pdp.refuse(new Error("aborted by the client"));
    expect(await decision).toBe("session_ended");
  });
});

describe("checkAll", () => {
  it("decides in the order of the checks, one request for all", async () => {
    const pdp = decidingPdp((_, { id }) => (id === "2" ? "EFFECT_DENY" : "EFFECT_ALLOW"));
    const { authorizer, nextTask } = await setUp(pdp);
    const decisions = authorizer.checkAll([view("3"), view("2"), view("1")]);
    nextTask();
    expect((await decisions).map(({ resource, allowed }) => [resource.id, allowed])).toEqual([
      ["3", true],
      ["2", false],
      ["1", true],
    ]);
    expect(pdp.requests).toHaveLength(1);
  });

  it("decides nothing for no checks", async () => {
    const pdp = fakePdp();
    const { authorizer, nextTask } = await setUp(pdp);
    expect(await authorizer.checkAll([])).toEqual([]);
    nextTask();
    expect(pdp.requests).toHaveLength(0);
  });

  it("rejects with the first error, and gives all up by one signal", async () => {
    const { authorizer, nextTask } = await setUp(fakePdp());
    await expect(authorizer.checkAll([view("1"), view("")])).rejects.toMatchObject({
      code: "invalid_check",
    });
    nextTask();
    const pdp = slowPdp();
    const slow = await setUp(pdp);
    const caller = new AbortController();
    const decisions = slow.authorizer.checkAll([view("1"), view("2")], { signal: caller.signal });
    slow.nextTask();
    caller.abort();
    await expect(decisions).rejects.toMatchObject({ code: "aborted" });
    expect(pdp.requests[0]?.signal.aborted).toBe(true);
  });
});

describe("renew", () => {
  it("sends what leaves from now on with the newer token", async () => {
    const pdp = fakePdp();
    const { authorizer, nextTask } = await setUp(pdp, { claims: { exp: 100 }, now: () => 50_000 });
    const before = authorizer.check(view("1"));
    nextTask();
    const gathered = authorizer.check(view("2"));
    const newer = token({ exp: 200 });
    const renewed = renewSession(authorizer.session, newer);
    if (renewed) authorizer.renew(renewed);
    expect(authorizer.session).toBe(renewed);
    nextTask();
    await Promise.all([before, gathered]);
    expect(pdp.requests.map(({ body }) => body.auxData?.jwt.token)).toEqual([token({ exp: 100 }), newer]);
  });

  it("brings an expired session back", async () => {
    const { authorizer, nextTask } = await setUp(fakePdp(), {
      claims: { exp: 100 },
      now: () => 150_000,
    });
    expect(await outcome(authorizer.check(view("1")))).toBe("session_expired");
    authorizer.renew(await createSession(token({ exp: 200 })));
    const decision = outcome(authorizer.check(view("1")));
    nextTask();
    expect(await decision).toBe("allowed");
  });

  it("throws for another session, and goes on with its own", async () => {
    const { authorizer } = await setUp(fakePdp());
    const { session } = authorizer;
    const other = await createSession(token({ org_code: "org_2" }));
    expect(thrownBy(() => authorizer.renew(other))).toMatchObject({ code: "session_ended" });
    expect(authorizer.session).toBe(session);
  });
});

describe("renew with another client of the PDP", () => {
  it("asks it from now on, with the retries of what the former one did not answer too", async () => {
    const former = slowPdp();
    const next = fakePdp();
    const time = manualTime();
    const { authorizer, nextTask } = await setUp(former, time);
    const asked = ["1", "2"].map((id) => {
      const decision = outcome(authorizer.check(view(id)));
      nextTask();
      return decision;
    });
    authorizer.renew(authorizer.session, next);
    former.refuse({ code: 14, details: "unavailable" });
    former.answer();
    await time.advance(0);
    // What the former one did answer is an answer: the session is the same.
    expect(await Promise.all(asked)).toEqual(["allowed", "allowed"]);
    expect([former.requests.length, next.requests.length]).toEqual([2, 1]);
    expect(next.requests[0]?.body.resources[0]?.resource.id).toBe("1");
    authorizer.renew(authorizer.session);
    const later = outcome(authorizer.check(view("3")));
    nextTask();
    expect(await later).toBe("allowed");
    expect([former.requests.length, next.requests.length]).toEqual([2, 2]);
  });
});

describe("observers", () => {
  it("onBatch is told of each request when it is over: how much, how long, and why it failed", async () => {
    const told: BatchEvent[] = [];
    const pdp = slowPdp();
    const time = manualTime(1000);
    const { authorizer, nextTask } = await setUp(pdp, {
      ...time,
      onBatch: (batch) => told.push(batch),
      random: () => 1,
    });
    const resource = { kind: "document", id: "1" };
    const asked = outcomes(
      [view("1"), { action: "edit", resource }, view("2")].map((check) => authorizer.check(check)),
    );
    nextTask();
    await time.advance(70);
    pdp.refuse({ code: 14, details: "unavailable" });
    await time.advance(200);
    expect(told).toEqual([]);
    await time.advance(30);
    pdp.answer();
    expect(await asked).toEqual(["allowed", "allowed", "allowed"]);
    // Its attempts are one request, and so are the waits between them.
    expect(told).toEqual([{ resources: 2, actions: 3, durationMs: 300, error: null }]);
    const refused = outcome(authorizer.check(view("3")));
    nextTask();
    pdp.refuse({ code: 7, details: "no" });
    expect(await refused).toBe("request_refused");
    expect(told.slice(1)).toMatchObject([
      { resources: 1, actions: 1, durationMs: 0, error: { code: "request_refused" } },
    ]);
  });

  it("onDecision is told of each check, and gets what its caller gets", async () => {
    const told: unknown[] = [];
    const pdp = decidingPdp((_, { id }) => (id === "2" ? "EFFECT_DENY" : "EFFECT_ALLOW"));
    const { authorizer, nextTask } = await setUp(pdp, { onDecision: (...decided) => told.push(decided) });
    const checks = [view("1"), view("2"), view("")];
    const asked = Promise.allSettled(checks.map((check) => authorizer.check(check)));
    nextTask();
    const ends = (await asked).map((end): unknown => (end.status === "fulfilled" ? end.value : end.reason));
    expect(ends.map((end) => (end instanceof AuthzError ? end.code : "decided"))).toEqual([
      "decided",
      "decided",
      "invalid_check",
    ]);
    for (const [index, check] of checks.entries()) expect(told).toContainEqual([check, ends[index]]);
    expect(told).toHaveLength(3);
  });

  it("may ask again: in another batch, which is not lost", async () => {
    const pdp = fakePdp();
    const more: Promise<string>[] = [];
    const { authorizer, nextTask } = await setUp(pdp, {
      onBatch: () => {
        if (more.length < 2) more.push(outcome(authorizer.check(view(`more-${more.length}`))));
      },
    });
    for (let batch = 0; batch < 3; batch += 1) {
      if (batch === 0) more.unshift(outcome(authorizer.check(view("first"))));
      nextTask();
      await turn();
    }
    expect(await Promise.all(more)).toEqual(["allowed", "allowed"]);
    expect(pdp.requests.map(({ body }) => body.resources.map(({ resource }) => resource.id))).toEqual([
      ["first"],
      ["more-1"],
    ]);
  });
});

describe("createAuthorizer", () => {
  it("has the name of its PDP, which is default unless an option gives another", async () => {
    const session = await createSession(null);
    const nameOf = (pdpName?: string): string => createAuthorizer({ pdp: fakePdp(), session, pdpName }).pdpName;
    expect([nameOf(), nameOf("/authz")]).toEqual(["default", "/authz"]);
    expect(codeOf(thrownBy(() => nameOf("")))).toBe("invalid_option");
  });

  it.each([
    ["maxResources", 0],
    ["maxResources", 501],
    ["maxResources", 1.5],
    ["maxActions", 0],
    ["maxActions", 501],
    ["maxActions", Number.NaN],
    ["timeoutMs", 0],
    ["timeoutMs", -1],
    ["timeoutMs", Infinity],
    ["timeoutMs", 2 ** 31],
  ])("refuses %s = %d", async (name, value) => {
    const session = await createSession(null);
    const error = thrownBy(() => createAuthorizer({ pdp: fakePdp(), session, [name]: value }));
    expect(error).toBeInstanceOf(AuthzError);
    expect(error).toMatchObject({
      code: "invalid_option",
      message: expect.stringMatching(new RegExp(`^${name} must be a whole number from 1 to \\d+, not ${value}\\.$`)),
    });
  });

  it.each([
    ["maxResources", 1],
    ["maxResources", 500],
    ["maxActions", 1],
    ["maxActions", 500],
    ["timeoutMs", 1],
    ["timeoutMs", 2 ** 31 - 1],
  ])("takes %s = %d", async (name, value) => {
    const session = await createSession(null);
    expect(createAuthorizer({ pdp: fakePdp(), session, [name]: value }).session).toBe(session);
  });
});

describe("promise 12: nothing leaks", () => {
  /** All that a log, a serializer or an error reporter can see of a value. */
  const shown = (value: unknown): string =>
    [
      String(value),
      JSON.stringify(value),
      inspect(value, { depth: null, getters: true }),
      value instanceof Error ? `${value.message} ${value.stack} ${shown(value.cause)}` : "",
    ].join("\n");

  it("shows no token in an authorizer, a decision or a key", async () => {
    const pdp = fakePdp();
    const { authorizer, nextTask } = await setUp(pdp, { includeMetadata: true });
    const decision = authorizer.check(view("1"));
    nextTask();
    expect(shown([authorizer, authorizer.session, await decision])).not.toContain(SIGNATURE);
    expect(shown(pdp.requests)).toContain(SIGNATURE);
  });

  it.each<[string, () => unknown]>([
    ["token_refused", () => Promise.reject({ code: 3, details: "invalid auxData" })],
    ["request_refused", () => Promise.reject({ code: 7, details: "no" })],
    ["check_refused", () => Promise.reject({ code: 3, details: "invalid" })],
    ["pdp_unavailable", () => Promise.reject(new Error("down", { cause: new Error("socket") }))],
    ["malformed_response", () => null],
  ])("shows no token in the error %s", async (code, respond) => {
    const { authorizer, nextTask } = await setUp(fakePdp(respond));
    const failed = authorizer.check(view("1")).catch((reason: unknown) => reason);
    nextTask();
    const error = await failed;
    expect(codeOf(error)).toBe(code);
    expect(shown(error)).not.toContain(SIGNATURE);
  });

  it("shows no token in the errors of the session's end", async () => {
    const { authorizer } = await setUp(fakePdp(), { claims: { exp: 1 } });
    const expired: unknown = await authorizer.check(view("1")).catch((reason: unknown) => reason);
    authorizer.renew(await createSession(token()));
    authorizer.dispose();
    const ended: unknown = await authorizer.check(view("1")).catch((reason: unknown) => reason);
    const other = await createSession(token({ sub: "kp_bob" }));
    const foreign = thrownBy(() => authorizer.renew(other));
    expect([expired, ended, foreign].map(codeOf)).toEqual(["session_expired", "session_ended", "session_ended"]);
    expect([expired, ended, foreign].map(shown).join("\n")).not.toContain(SIGNATURE);
  });

  it("takes __proto__ in attributes for data, up to the PDP", async () => {
    const pdp = fakePdp();
    const { authorizer, nextTask } = await setUp(pdp);
    const decision = authorizer.check(view("1", JSON.parse('{"__proto__":{"admin":true},"a":{"__proto__":1}}')));
    nextTask();
    await decision;
    const attr = pdp.requests[0]?.body.resources[0]?.resource.attr;
    expect(JSON.stringify(attr)).toBe('{"__proto__":{"admin":true},"a":{"__proto__":1}}');
    expect(Object.keys(attr ?? {})).toEqual(["__proto__", "a"]);
    expect(attr).not.toHaveProperty("admin");
  });
});

/** The entries of the one request that these checks make. */
async function entriesFor(checks: readonly Check[]) {
  const pdp = fakePdp();
  const { authorizer, nextTask } = await setUp(pdp);
  const decisions = authorizer.checkAll(checks);
  nextTask();
  expect(await decisions).toHaveLength(checks.length);
  expect(pdp.requests).toHaveLength(1);
  return pdp.requests[0]?.body.resources;
}

/** Three documents, of which "2" is denied; `change` is what a broken PDP makes of the rows. */
async function ask(change: (rows: Row[]) => unknown[]): Promise<string[]> {
  const pdp = fakePdp((body) =>
    answerOf(change(rowsFor(body, (_, { id }) => (id === "2" ? "EFFECT_DENY" : "EFFECT_ALLOW")))),
  );
  const { authorizer, nextTask } = await setUp(pdp);
  const decisions = outcomes(["1", "2", "3"].map((id) => authorizer.check(view(id))));
  nextTask();
  return decisions;
}

/** One id with two attr, the second of them secret, among others. Only what is not secret is allowed. */
async function askTwice(change: (rows: Row[]) => unknown[]): Promise<string[]> {
  const pdp = fakePdp((body) =>
    answerOf(change(rowsFor(body, (_, { attr }) => (attr["secret"] === true ? "EFFECT_DENY" : "EFFECT_ALLOW")))),
  );
  const { authorizer, nextTask } = await setUp(pdp);
  const checks = [view("0"), view("1", { secret: false }), view("2"), view("1", { secret: true }), view("3")];
  const decisions = outcomes(checks.map((check) => authorizer.check(check)));
  nextTask();
  return decisions;
}

it("a client may change all that it is given to send: neither the session nor the next request has it", async () => {
  const session = await createSession(token({ permissions: ["b", "a"] }));
  const principals: unknown[] = [];
  const authorizer = createAuthorizer({
    session,
    pdp: {
      async checkResources(request) {
        principals.push(structuredClone(request.principal));
        request.principal.roles.push("changed");
        Object.assign(request.principal.attr, { permissions: [], changed: true });
        const { attr } = request.resources[0]!.resource;
        const answer = answerOf(rowsFor(request));
        Object.assign(attr, { changed: true });
        Object.assign(attr["owner"]!, { id: 2 });
        return answer;
      },
    },
  });
  const check = { action: "view", resource: { kind: "document", id: "1", attr: { owner: { id: 1 } } } };
  expect(await authorizer.check(check)).toMatchObject({ allowed: true });
  expect(await authorizer.check(check)).toMatchObject({ allowed: true });
  expect(principals).toEqual([session.principal, session.principal]);
});
