import { AuthzError, type AuthorizerOptions, type Check, type Decision, type PdpRequest } from "@kinde-cerbos/core";
import { createFetchPdp } from "@kinde-cerbos/core/fetch-pdp";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  answerOf,
  codeOf,
  decidingPdp,
  type FakePdp,
  fakePdp,
  manualTime,
  outcome,
  outcomes,
  rowsFor,
  setUp,
  slowPdp,
  token,
  turn,
  view,
} from "./support.ts";

/** Documents "0", "1", … */
const documents = (count: number): Check[] => Array.from({ length: count }, (_, id) => view(String(id)));

/** The ids of each request, in the order they were sent. */
const idsOf = (pdp: FakePdp): string[][] =>
  pdp.requests.map(({ body }) => body.resources.map(({ resource }) => resource.id));

/** How many entries each request had. */
const sizesOf = (pdp: FakePdp): number[] => pdp.requests.map(({ body }) => body.resources.length);

/** Even documents are allowed, odd ones are not: so that a decision shows whose it is. */
const parity = (_: string, { id }: { id: string }): string => (Number(id) % 2 === 0 ? "EFFECT_ALLOW" : "EFFECT_DENY");

type IsBad = (id: string, action: string) => boolean;

/** A PDP that refuses a whole request for one bad entry, and says which, as Cerbos does. */
function strictPdp(isBad: IsBad, { code = 3, says = "value is required" } = {}): FakePdp {
  return fakePdp((body) => {
    const row = body.resources.findIndex(({ resource, actions }) =>
      actions.some((action) => isBad(resource.id, action)),
    );
    if (row === -1) return answerOf(rowsFor(body, parity));
    return Promise.reject({ code, details: `validation error: resources[${row}].actions: ${says}` });
  });
}

const badIds = (...ids: number[]): IsBad => {
  const bad = new Set(ids.map(String));
  return (id) => bad.has(id);
};

/** Asks in one batch, and waits for all. */
async function askAll(
  pdp: FakePdp,
  checks: readonly Check[],
  options: Partial<AuthorizerOptions> = {},
): Promise<PromiseSettledResult<Decision>[]> {
  const { authorizer, nextTask } = await setUp(pdp, options);
  const decisions = Promise.allSettled(checks.map((check) => authorizer.check(check)));
  nextTask();
  return decisions;
}

/** One entry of a request: the actions asked of a resource, and whether each is bad. */
type Entry = readonly boolean[];

/**
 * How many requests it takes to find the bad ones in a request, in halves: the first half has the odd entry, the second
 * the odd action.
 */
function requestsFor(entries: readonly Entry[]): number {
  if (!entries.some((entry) => entry.includes(true))) return 1;
  const half = Math.ceil(entries.length / 2);
  if (entries.length > 1) return 1 + requestsFor(entries.slice(0, half)) + requestsFor(entries.slice(half));
  const [entry = []] = entries;
  if (entry.length < 2) return 1;
  const action = Math.floor(entry.length / 2);
  return 1 + requestsFor([entry.slice(0, action)]) + requestsFor([entry.slice(action)]);
}

/**
 * The most requests that k bad ones among n can cost beyond the first: at each depth of the halving no more than k
 * requests hold a bad one, and no more than there are at that depth; each of them is asked again as two.
 */
function mostExtra(bad: number, size: number): number {
  let refused = 0;
  for (let depth = 0; 2 ** depth < size; depth += 1) refused += Math.min(bad, 2 ** depth);
  return 2 * refused;
}

function chunksOf<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, chunk) =>
    items.slice(chunk * size, (chunk + 1) * size),
  );
}

/** As many actions on each of so many documents, a document after the other. */
const matrix = (resources: number, actions: number): Check[] =>
  documents(resources).flatMap(({ resource }) =>
    Array.from({ length: actions }, (_, action): Check => ({ action: `a${action}`, resource })),
  );

/** Documents that each have a caller of their own, in one request that is in flight. */
async function leavers(count: number, options: Partial<AuthorizerOptions> = {}) {
  const pdp = slowPdp();
  const { authorizer, nextTask } = await setUp(pdp, options);
  const callers = documents(count).map(() => new AbortController());
  const decisions = outcomes(
    documents(count).map((check, row) => authorizer.check(check, { signal: callers[row]!.signal })),
  );
  nextTask();
  expect(sizesOf(pdp)).toEqual([count]);
  const abortedNow = (): boolean[] => pdp.requests.map(({ signal }) => signal.aborted);
  return { pdp, authorizer, callers, decisions, abortedNow };
}

/** An authorizer whose batches are asked one after the other, and what it warns of. */
async function limited(pdp: FakePdp, options: Partial<AuthorizerOptions> = {}) {
  const warnings: string[] = [];
  const { authorizer, nextTask } = await setUp(pdp, { onWarning: (message) => warnings.push(message), ...options });
  const ask = async (checks: readonly Check[]): Promise<Set<string>> => {
    const decisions = outcomes(checks.map((check) => authorizer.check(check)));
    nextTask();
    return new Set(await decisions);
  };
  return { ask, warnings, authorizer, nextTask };
}

/** A text with the option, what it is, what the PDP takes, and the PDP's own option, in whatever words. */
const warningOf = (option: string, from: number, to: number): unknown =>
  expect.stringMatching(new RegExp([option, from, to, "requestLimits"].map((word) => `(?=.*\\b${word}\\b)`).join("")));

/** A refusal as too much, in the words of Cerbos. */
const exceeds = (what: string, found: number, limit: number | string): Promise<never> =>
  Promise.reject({ code: 3, details: `number of ${what} (${found}) exceeds configured limit (${limit})` });

/** Refuses what is beyond its limits, in the words of Cerbos. */
function limitedPdp({ maxResources = 500, maxActions = 500 }): FakePdp {
  return fakePdp((body) => {
    const resources = body.resources.length;
    const actions = Math.max(...body.resources.map((entry) => entry.actions.length));
    if (resources > maxResources) return exceeds("resources in batch", resources, maxResources);
    if (actions > maxActions) return exceeds("actions", actions, maxActions);
    return answerOf(rowsFor(body, parity));
  });
}

describe("promise 3: one bad check harms itself only", () => {
  it("holds for any bad ones among any number, in at most 2·k·⌈log2 n⌉ more requests", async () => {
    const page = fc.record({
      bad: fc.oneof(
        fc.array(fc.boolean(), { minLength: 1, maxLength: 200 }),
        // Few among many, which is what happens.
        fc
          .tuple(fc.integer({ min: 1, max: 200 }), fc.array(fc.nat(199), { maxLength: 4 }))
          .map(([count, rows]) => Array.from({ length: count }, (_, row) => rows.includes(row))),
      ),
      maxResources: fc.integer({ min: 1, max: 60 }),
      maxInFlight: fc.integer({ min: 1, max: 8 }),
    });
    await fc.assert(
      fc.asyncProperty(page, async ({ bad, maxResources, maxInFlight }) => {
        const pdp = strictPdp((id) => bad[Number(id)] === true);
        const results = await askAll(pdp, documents(bad.length), { maxResources, maxInFlight });
        expect(results).toMatchObject(
          bad.map((isBad, row) =>
            isBad
              ? { status: "rejected", reason: { code: "check_refused" } }
              : { value: { allowed: row % 2 === 0, resource: { id: String(row) } } },
          ),
        );
        const chunks = chunksOf(bad, maxResources);
        const extra = pdp.requests.length - chunks.length;
        const asEntries = chunks.map((chunk) => chunk.map((isBad): Entry => [isBad]));
        expect(pdp.requests).toHaveLength(asEntries.reduce((sum, entries) => sum + requestsFor(entries), 0));
        const most = chunks.reduce((sum, chunk) => sum + mostExtra(countOf(chunk), chunk.length), 0);
        expect(extra).toBeLessThanOrEqual(most);
        expect(extra).toBeLessThanOrEqual(2 * countOf(bad) * Math.ceil(Math.log2(Math.min(bad.length, maxResources))));
      }),
    );
  });

  it("holds for bad actions among those of one resource", async () => {
    const page = fc.record({
      resources: fc.array(fc.array(fc.boolean(), { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 20 }),
      maxResources: fc.integer({ min: 1, max: 20 }),
      maxActions: fc.integer({ min: 1, max: 12 }),
    });
    await fc.assert(
      fc.asyncProperty(page, async ({ resources, ...limits }) => {
        const isBad: IsBad = (id, action) => resources[Number(id)]?.[Number(action)] === true;
        const checks = resources.flatMap((actions, id) =>
          actions.map((_, action): Check => ({
            action: String(action),
            resource: { kind: "document", id: String(id) },
          })),
        );
        const pdp = strictPdp(isBad);
        const results = await askAll(pdp, checks, limits);
        expect(results.map(({ status }) => status === "rejected")).toEqual(resources.flat());
        const entries = resources.flatMap((actions) => chunksOf(actions, limits.maxActions));
        const most = chunksOf(entries, limits.maxResources).reduce((sum, chunk) => sum + requestsFor(chunk), 0);
        expect(pdp.requests).toHaveLength(most);
      }),
    );
  });

  it.each<[number, number[], number]>([
    [2, [0], 2],
    [3, [0], 4],
    [3, [2], 2],
    [32, [0], 10],
    // The next power of two counts: 2·log2 33 + 1 would be 11.
    [33, [0], 12],
    [50, [0], 12],
    [50, [49], 10],
    // The last of 25 is found by 12, 6, 3, 1; the first of 25 by 13, 7, 4, 2, 1.
    [50, [24, 25], 2 + 8 + 10],
    [64, [0, 16, 32, 48], 2 * (1 + 2 + 4 * 4)],
  ])("%i checks, bad: %j: %i more requests", async (count, bad, extra) => {
    const pdp = strictPdp(badIds(...bad));
    await askAll(pdp, documents(count), { maxResources: 64 });
    expect(pdp.requests).toHaveLength(1 + extra);
    expect(extra).toBeLessThanOrEqual(mostExtra(bad.length, count));
  });

  it("asks in halves, the bad one at last alone", async () => {
    const pdp = strictPdp(badIds(3));
    await askAll(pdp, documents(5));
    expect(idsOf(pdp)).toEqual([["0", "1", "2", "3", "4"], ["0", "1", "2"], ["3", "4"], ["3"], ["4"]]);
  });

  it("splits the request with the bad one, and no other", async () => {
    const pdp = strictPdp(badIds(2));
    await askAll(pdp, documents(6), { maxResources: 2 });
    expect(idsOf(pdp)).toEqual([["0", "1"], ["2", "3"], ["4", "5"], ["2"], ["3"]]);
  });

  it("fails the bad one with what the PDP says of it when it stands alone", async () => {
    const refusal = { code: 3, details: "validation error: resources[0].actions: value is required" };
    const [, bad] = await askAll(strictPdp(badIds(1)), documents(4));
    expect(bad).toMatchObject({ reason: { code: "check_refused", cause: refusal } });
    const reason: unknown = bad?.status === "rejected" && bad.reason;
    expect(reason).toBeInstanceOf(AuthzError);
    expect(String(reason)).toContain(refusal.details);
  });

  it.each([
    [3, "value is required"],
    [9, "failed precondition"],
    [11, "out of range"],
    [8, "grpc: received message larger than max (5 vs. 4)"],
  ])("splits what is refused with status %i", async (code, says) => {
    const pdp = strictPdp(badIds(1), { code, says });
    const results = await askAll(pdp, documents(3));
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(idsOf(pdp)).toEqual([["0", "1", "2"], ["0", "1"], ["2"], ["0"], ["1"]]);
  });

  it("splits what REST refuses, through createFetchPdp", async () => {
    const strict = strictPdp(badIds(1));
    const pdp = createFetchPdp("/pdp", {
      fetch: async (_, init) => {
        const body: PdpRequest = await new Request("http://localhost", init).json();
        const { signal } = new AbortController();
        try {
          return Response.json(await strict.checkResources(body, { signal }));
        } catch {
          return Response.json({ code: 3, message: "validation error: resources[0]" }, { status: 400 });
        }
      },
    });
    const { authorizer, nextTask } = await setUp(pdp);
    const decisions = outcomes(documents(3).map((check) => authorizer.check(check)));
    nextTask();
    expect(await decisions).toEqual(["allowed", "check_refused", "allowed"]);
    expect(sizesOf(strict)).toEqual([3, 2, 1, 1, 1]);
  });

  it("finds a bad action among several of one resource", async () => {
    const actions = ["view", "edit", "", "share", "delete"];
    // Empty ones never leave; a name that Cerbos refuses does.
    const checks = actions.map((action): Check => ({
      action: action || "bad*",
      resource: { kind: "document", id: "0" },
    }));
    const pdp = strictPdp((_, action) => action === "bad*");
    const results = await askAll(pdp, checks);
    expect(results.map(({ status }) => status)).toEqual([
      "fulfilled",
      "fulfilled",
      "rejected",
      "fulfilled",
      "fulfilled",
    ]);
    expect(pdp.requests.map(({ body }) => body.resources.map((entry) => entry.actions))).toEqual([
      [["view", "edit", "bad*", "share", "delete"]],
      [["view", "edit"]],
      [["bad*", "share", "delete"]],
      [["bad*"]],
      [["share", "delete"]],
    ]);
  });

  it("finds a bad action in the midst of other resources", async () => {
    const pdp = strictPdp((id, action) => id === "1" && action === "edit");
    const both = documents(3).flatMap((check): Check[] => [check, { ...check, action: "edit" }]);
    const results = await askAll(pdp, both);
    expect(results.map(({ status }) => status === "rejected")).toEqual([false, false, false, true, false, false]);
    // All three, the first two and the last, each of the two, each action of the one.
    expect(sizesOf(pdp)).toEqual([3, 2, 1, 1, 1, 1, 1]);
  });

  it("fails all who asked the bad check, asked once", async () => {
    const pdp = strictPdp(badIds(1));
    const results = await askAll(pdp, [view("1"), view("0"), view("1")]);
    expect(results.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "rejected"]);
    expect(idsOf(pdp)).toEqual([["1", "0"], ["1"], ["0"]]);
  });

  it("fails all where all are bad, each asked alone once", async () => {
    const pdp = strictPdp(() => true);
    const results = await askAll(pdp, documents(9));
    expect(results.map((result) => result.status === "rejected" && codeOf(result.reason))).toEqual(
      Array.from({ length: 9 }, () => "check_refused"),
    );
    expect(pdp.requests).toHaveLength(2 * 9 - 1);
    expect(
      idsOf(pdp)
        .filter((ids) => ids.length === 1)
        .flat()
        .toSorted(),
    ).toEqual(documents(9).map((_, id) => String(id)));
  });

  it("does not ask again for one that was alone from the start", async () => {
    const pdp = strictPdp(badIds(0));
    expect(await askAll(pdp, [view("0"), view("0")])).toMatchObject([{ status: "rejected" }, { status: "rejected" }]);
    expect(pdp.requests).toHaveLength(1);
  });

  it("asks the bad one again in a later batch: the app may have corrected it", async () => {
    let isBad = true;
    const pdp = strictPdp((id) => isBad && id === "0");
    const { authorizer, nextTask } = await setUp(pdp);
    const first = outcome(authorizer.check(view("0")));
    nextTask();
    expect(await first).toBe("check_refused");
    isBad = false;
    const second = outcome(authorizer.check(view("0")));
    nextTask();
    expect(await second).toBe("allowed");
  });

  it("goes on within its slots while it splits", async () => {
    let inFlight = 0;
    let most = 0;
    const strict = strictPdp(badIds(0, 7));
    const pdp = fakePdp(async (body, signal) => {
      inFlight += 1;
      most = Math.max(most, inFlight);
      try {
        return await strict.checkResources(body, { signal });
      } finally {
        inFlight -= 1;
      }
    });
    const results = await askAll(pdp, documents(8), { maxInFlight: 1 });
    expect(results.map(({ status }) => status === "rejected")).toEqual([
      true,
      ...Array.from({ length: 6 }, () => false),
      true,
    ]);
    expect(most).toBe(1);
  });
});

describe("what is refused as a whole is not split", () => {
  it.each<[string, unknown, string]>([
    ["no route", { code: 5, details: "not found" }, "request_refused"],
    ["no permission", { code: 7, details: "permission denied" }, "request_refused"],
    ["no such method", { code: 12, details: "unimplemented" }, "request_refused"],
    [
      "a bad principal",
      { code: 3, details: "validation error: principal.roles: value is required" },
      "request_refused",
    ],
    ["no identity", { code: 16, details: "unauthenticated" }, "token_refused"],
    ["a bad token", { code: 3, details: "invalid auxData" }, "token_refused"],
  ])("%s: one request", async (_, refusal, code) => {
    const pdp = fakePdp(() => Promise.reject(refusal));
    const results = await askAll(pdp, documents(4));
    expect(results.map((result) => result.status === "rejected" && codeOf(result.reason))).toEqual([
      code,
      code,
      code,
      code,
    ]);
    expect(sizesOf(pdp)).toEqual([4]);
  });

  it("a token refused twice: one request more, with the newer token", async () => {
    const pdp = fakePdp(() => Promise.reject({ code: 3, details: "invalid auxData" }));
    const source = {
      getToken: () => token(),
      refresh: () => Promise.resolve(token({ iat: 1 })),
      subscribe: () => () => {},
    };
    const results = await askAll(pdp, documents(4), { source });
    expect(results.map((result) => result.status === "rejected" && codeOf(result.reason))).toEqual(
      Array.from({ length: 4 }, () => "session_expired"),
    );
    expect(sizesOf(pdp)).toEqual([4, 4]);
  });

  it.each<[string, unknown]>([
    ["down", { code: 14, details: "unavailable" }],
    ["busy", { code: 8, details: "too many requests" }],
    ["a network that fails", new TypeError("Failed to fetch")],
  ])("%s: the three attempts of one request", async (_, fault) => {
    const time = manualTime();
    const pdp = fakePdp(() => Promise.reject(fault));
    // Set up before time moves: a session is hashed off the thread, and nobody knows how long that takes.
    const { authorizer, nextTask } = await setUp(pdp, time);
    const decisions = outcomes(documents(4).map((check) => authorizer.check(check)));
    nextTask();
    await time.advance(0);
    expect(await decisions).toEqual(Array.from({ length: 4 }, () => "pdp_unavailable"));
    expect(sizesOf(pdp)).toEqual([4, 4, 4]);
  });

  it("no answer in time: the three attempts of one request", async () => {
    const time = manualTime();
    const pdp = slowPdp();
    const { authorizer, nextTask } = await setUp(pdp, time);
    const decisions = outcomes(documents(4).map((check) => authorizer.check(check)));
    nextTask();
    await time.advance(15_000);
    expect(await decisions).toEqual(["timeout", "timeout", "timeout", "timeout"]);
    expect(sizesOf(pdp)).toEqual([4, 4, 4]);
  });

  it("an answer that cannot be read: one request", async () => {
    const pdp = fakePdp(() => "<html>");
    const results = await askAll(pdp, documents(4));
    expect(results.map((result) => result.status === "rejected" && codeOf(result.reason))).toEqual(
      Array.from({ length: 4 }, () => "malformed_response"),
    );
    expect(sizesOf(pdp)).toEqual([4]);
  });

  it("a part that fails for another reason fails alone, and is not split further", async () => {
    const strict = strictPdp(badIds(0));
    const pdp = fakePdp((body, signal) =>
      body.resources[0]?.resource.id === "2"
        ? Promise.reject({ code: 7, details: "permission denied" })
        : strict.checkResources(body, { signal }),
    );
    const { authorizer, nextTask } = await setUp(pdp);
    const decisions = outcomes(documents(4).map((check) => authorizer.check(check)));
    nextTask();
    expect(await decisions).toEqual(["check_refused", "denied", "request_refused", "request_refused"]);
    expect(idsOf(pdp)).toEqual([["0", "1", "2", "3"], ["0", "1"], ["2", "3"], ["0"], ["1"]]);
  });
});

describe("leaving while a request is split", () => {
  const bad = { code: 3, details: "validation error: resources[0]" };

  /** Refuses the oldest request that is open, and lets what follows from it happen. */
  async function refuse(pdp: ReturnType<typeof slowPdp>): Promise<void> {
    pdp.refuse(bad);
    await turn();
  }

  it("asks no more for a check that left while the whole was in flight", async () => {
    const { pdp, callers, decisions } = await leavers(4);
    callers[0]?.abort();
    await refuse(pdp);
    expect(idsOf(pdp).slice(1)).toEqual([["1"], ["2", "3"]]);
    pdp.answer();
    pdp.answer();
    expect(await decisions).toEqual(["aborted", "allowed", "allowed", "allowed"]);
  });

  it("asks no more for a half that has left", async () => {
    const { pdp, callers, decisions } = await leavers(4);
    callers[0]?.abort();
    callers[1]?.abort();
    await refuse(pdp);
    expect(idsOf(pdp).slice(1)).toEqual([["2", "3"]]);
    pdp.answer();
    expect(await decisions).toEqual(["aborted", "aborted", "allowed", "allowed"]);
  });

  it("asks once more for the one that stayed: the one that left may have been the bad one", async () => {
    const { pdp, callers, decisions } = await leavers(2);
    callers[0]?.abort();
    await refuse(pdp);
    expect(idsOf(pdp).slice(1)).toEqual([["1"]]);
    pdp.answer();
    expect(await decisions).toEqual(["aborted", "allowed"]);
  });

  it("asks nothing for a half that has left while it waited for a slot", async () => {
    const { pdp, callers, decisions } = await leavers(4, { maxInFlight: 1 });
    await refuse(pdp);
    callers[2]?.abort();
    callers[3]?.abort();
    pdp.answer();
    expect(await decisions).toEqual(["allowed", "allowed", "aborted", "aborted"]);
    expect(idsOf(pdp).slice(1)).toEqual([["0", "1"]]);
  });

  it("asks nothing for one of a half that has left while it waited for a slot", async () => {
    const { pdp, callers, decisions } = await leavers(4, { maxInFlight: 1 });
    await refuse(pdp);
    callers[2]?.abort();
    pdp.answer();
    await turn();
    pdp.answer();
    expect(await decisions).toEqual(["allowed", "allowed", "aborted", "allowed"]);
    expect(idsOf(pdp).slice(1)).toEqual([["0", "1"], ["3"]]);
  });

  it("aborts a half when its last caller leaves, and not the other", async () => {
    const { pdp, callers, decisions, abortedNow } = await leavers(4);
    await refuse(pdp);
    callers[0]?.abort();
    expect(abortedNow()).toEqual([false, false, false]);
    callers[1]?.abort();
    expect(abortedNow()).toEqual([false, true, false]);
    // The first half has nobody left: what the PDP says of it changes nothing.
    await refuse(pdp);
    pdp.answer();
    expect(await decisions).toEqual(["aborted", "aborted", "allowed", "allowed"]);
    expect(pdp.requests).toHaveLength(3);
  });

  it("aborts none of the requests that are over", async () => {
    const { pdp, decisions, abortedNow } = await leavers(2);
    await refuse(pdp);
    await refuse(pdp);
    pdp.answer();
    expect(await decisions).toEqual(["check_refused", "allowed"]);
    expect(abortedNow()).toEqual([false, false, false]);
  });

  it("sends nothing after dispose, and rejects all", async () => {
    const { pdp, authorizer, decisions, abortedNow } = await leavers(8, { maxInFlight: 2 });
    await refuse(pdp);
    await refuse(pdp);
    // The second half and a quarter are in flight, the other quarter waits.
    expect(sizesOf(pdp)).toEqual([8, 4, 4, 2]);
    authorizer.dispose();
    expect(abortedNow()).toEqual([false, false, true, true]);
    expect(await decisions).toEqual(Array.from({ length: 8 }, () => "session_ended"));
    await refuse(pdp);
    await refuse(pdp);
    expect(pdp.requests).toHaveLength(4);
  });

  it("sends nothing after dispose where the refusal comes later", async () => {
    const { pdp, authorizer, decisions } = await leavers(8);
    authorizer.dispose();
    await refuse(pdp);
    expect(await decisions).toEqual(Array.from({ length: 8 }, () => "session_ended"));
    expect(pdp.requests).toHaveLength(1);
  });
});

describe("a check that cannot be asked", () => {
  it.each<[string, Check]>([
    ["action", { action: "", resource: { kind: "document", id: "1" } }],
    ["resource.kind", { action: "view", resource: { kind: "", id: "1" } }],
    ["resource.id", { action: "view", resource: { kind: "document", id: "" } }],
  ])(
    "without %s: it is refused before it is sent, and its neighbours are asked in one request",
    async (name, wrong) => {
      const pdp = decidingPdp(parity);
      const [before, refused, after] = await askAll(pdp, [view("0"), wrong, view("1")]);
      expect([before, after]).toMatchObject([{ value: { allowed: true } }, { value: { allowed: false } }]);
      expect(refused).toMatchObject({
        reason: { code: "invalid_check", message: expect.stringContaining(`has no ${name}`) },
      });
      expect(idsOf(pdp)).toEqual([["0", "1"]]);
    },
  );
});

describe("a PDP with lower limits", () => {
  const decided = new Set(["allowed", "denied"]);

  it("of resources: goes on with its limit, warns once, and does not ask in vain again", async () => {
    const pdp = limitedPdp({ maxResources: 20 });
    const { ask, warnings } = await limited(pdp);
    expect(await ask(documents(51))).toEqual(decided);
    expect(sizesOf(pdp)).toEqual([50, 1, 20, 20, 10]);
    expect(await ask(documents(45))).toEqual(decided);
    expect(sizesOf(pdp).slice(5)).toEqual([20, 20, 5]);
    expect(warnings).toEqual([warningOf("maxResources", 50, 20)]);
    expect(warnings.join("\n")).not.toContain("maxActions");
  });

  it("of actions: goes on with its limit, warns once, and does not ask in vain again", async () => {
    const pdp = limitedPdp({ maxActions: 10 });
    const { ask, warnings } = await limited(pdp);
    const actionsOf = (): number[][] =>
      pdp.requests.map(({ body }) => body.resources.map(({ actions }) => actions.length));
    expect(await ask(matrix(1, 51))).toEqual(new Set(["allowed"]));
    expect(actionsOf()).toEqual([
      [50, 1],
      [10, 10, 10, 10, 10, 1],
    ]);
    expect(await ask(matrix(2, 11))).toEqual(decided);
    expect(actionsOf().slice(2)).toEqual([[10, 1, 10, 1]]);
    expect(warnings).toEqual([warningOf("maxActions", 50, 10)]);
    expect(warnings.join("\n")).not.toContain("maxResources");
  });

  it("of one: the last that is a limit", async () => {
    const pdp = limitedPdp({ maxResources: 1, maxActions: 1 });
    const { ask, warnings } = await limited(pdp);
    expect(await ask(matrix(2, 2))).toEqual(decided);
    expect(sizesOf(pdp)).toEqual([2, 1, 1, 1, 1, 1, 1]);
    expect(warnings).toHaveLength(2);
  });

  it("gives each check its own decision", async () => {
    const results = await askAll(limitedPdp({ maxResources: 7 }), documents(40), { onWarning: () => {} });
    expect(results).toMatchObject(
      Array.from({ length: 40 }, (_, id) => ({ value: { allowed: id % 2 === 0, resource: { id: String(id) } } })),
    );
  });

  it("warns once where several requests are refused at once", async () => {
    const pdp = limitedPdp({ maxResources: 20 });
    const { ask, warnings } = await limited(pdp);
    expect(await ask(documents(200))).toEqual(decided);
    expect(sizesOf(pdp).toSorted((a, b) => b - a)).toEqual([
      50,
      50,
      50,
      50,
      ...Array.from({ length: 8 }, () => 20),
      10,
      10,
      10,
      10,
    ]);
    expect(warnings).toHaveLength(1);
  });

  it("plans anew what waits for a slot, unsent", async () => {
    const pdp = limitedPdp({ maxResources: 20 });
    const { ask, warnings } = await limited(pdp, { maxInFlight: 1 });
    expect(await ask(documents(200))).toEqual(decided);
    expect(sizesOf(pdp)).toEqual([50, ...[1, 2, 3, 4].flatMap(() => [20, 20, 10])]);
    expect(warnings).toHaveLength(1);
  });

  it("learns both limits, one after the other", async () => {
    const pdp = limitedPdp({ maxResources: 20, maxActions: 10 });
    const { ask, warnings } = await limited(pdp);
    expect(await ask(matrix(30, 15))).toEqual(decided);
    // Too many resources; twice too many actions; then each resource is two entries.
    expect(sizesOf(pdp)).toEqual([30, 20, 10, 20, 20, 20]);
    expect(await ask(matrix(3, 15))).toEqual(decided);
    expect(sizesOf(pdp).slice(6)).toEqual([6]);
    expect(warnings.map((warning) => /max\w+/.exec(warning)?.[0])).toEqual(["maxResources", "maxActions"]);
  });

  it("learns again from a PDP that lowers its limit further", async () => {
    const limits = { maxResources: 20 };
    let pdp = limitedPdp(limits);
    const changing = fakePdp((body, signal) => pdp.checkResources(body, { signal }));
    const { ask, warnings } = await limited(changing);
    await ask(documents(30));
    pdp = limitedPdp({ maxResources: 5 });
    expect(await ask(documents(12))).toEqual(decided);
    expect(sizesOf(changing)).toEqual([30, 20, 10, 12, 5, 5, 2]);
    expect(warnings).toEqual([warningOf("maxResources", 50, 20), warningOf("maxResources", 20, 5)]);
  });

  it("still finds the bad one among what it asks with the learned limit", async () => {
    const strict = strictPdp(badIds(3));
    const few = limitedPdp({ maxResources: 4 });
    const pdp = fakePdp((body, signal) => (body.resources.length > 4 ? few : strict).checkResources(body, { signal }));
    const results = await askAll(pdp, documents(6), { onWarning: () => {} });
    expect(results.map(({ status }) => status === "rejected")).toEqual([false, false, false, true, false, false]);
    expect(idsOf(pdp)).toEqual([
      ["0", "1", "2", "3", "4", "5"],
      ["0", "1", "2", "3"],
      ["4", "5"],
      ["0", "1"],
      ["2", "3"],
      ["2"],
      ["3"],
    ]);
  });

  it("asks no more for a check that left before its request was refused as too large", async () => {
    const pdp = slowPdp();
    const { authorizer, nextTask } = await limited(pdp);
    const caller = new AbortController();
    const leaving = outcome(authorizer.check(view("0"), { signal: caller.signal }));
    const staying = outcomes(["1", "2", "3"].map((id) => authorizer.check(view(id))));
    nextTask();
    caller.abort();
    pdp.refuse({ code: 3, details: "number of resources in batch (4) exceeds configured limit (2)" });
    await turn();
    expect(idsOf(pdp).slice(1)).toEqual([["1", "2"], ["3"]]);
    pdp.answer();
    pdp.answer();
    expect([await leaving, ...(await staying)]).toEqual(["aborted", "allowed", "allowed", "allowed"]);
  });

  describe.each<[string, string, number]>([
    ["zero", "0", 4],
    ["its own option", "4", 4],
    ["more than its option", "5", 4],
    ["far more than its option", "99999999999999999999999", 4],
    ["one that the request did not exceed", "20", 50],
    ["exactly what the request had", "8", 50],
  ])("that names a limit of %s", (_, limit, maxResources) => {
    it("is not believed, and nothing is asked for ever", async () => {
      let isSick = true;
      const pdp = fakePdp((body) =>
        isSick ? exceeds("resources in batch", body.resources.length, limit) : answerOf(rowsFor(body)),
      );
      const { ask, warnings } = await limited(pdp, { maxResources });
      expect(await ask(documents(8))).toEqual(new Set(["check_refused"]));
      // In halves down to each alone, as for any other refusal.
      const chunk = Math.min(8, maxResources);
      expect(pdp.requests).toHaveLength((8 / chunk) * (2 * chunk - 1));
      expect(warnings).toEqual([]);
      isSick = false;
      const before = pdp.requests.length;
      expect(await ask(documents(8))).toEqual(new Set(["allowed"]));
      expect(sizesOf(pdp).slice(before)).toEqual(chunksOf(documents(8), chunk).map(({ length }) => length));
    });
  });

  it("that refuses one alone by its own limit: it fails, and nothing is asked for ever", async () => {
    const pdp = fakePdp((body) => exceeds("resources in batch", body.resources.length, 1));
    const { ask, warnings } = await limited(pdp);
    expect(await ask(documents(4))).toEqual(new Set(["check_refused"]));
    expect(sizesOf(pdp)).toEqual([4, 1, 1, 1, 1]);
    expect(warnings).toHaveLength(1);
  });

  it("that always takes one less than was sent: it ends all the same", async () => {
    const pdp = fakePdp((body) => exceeds("resources in batch", body.resources.length, body.resources.length - 1));
    const { ask, warnings } = await limited(pdp);
    expect(await ask(documents(4))).toEqual(new Set(["check_refused"]));
    expect(warnings).toHaveLength(3);
    expect(pdp.requests.length).toBeLessThanOrEqual(1 + 2 + 2 + 4);
  });

  it("says of other numbers that they are too high: no limit is learned", async () => {
    const pdp = fakePdp((body) => (body.resources.length > 1 ? exceeds("roles", 51, 1) : answerOf(rowsFor(body))));
    const { ask, warnings } = await limited(pdp);
    expect(await ask(documents(4))).toEqual(new Set(["allowed"]));
    expect(sizesOf(pdp)).toEqual([4, 2, 2, 1, 1, 1, 1]);
    expect(warnings).toEqual([]);
  });

  it("says so with a status that is no refusal of the check: no limit is learned", async () => {
    const pdp = fakePdp(() =>
      Promise.reject({ code: 7, details: "number of resources in batch (4) exceeds configured limit (2)" }),
    );
    const { ask, warnings } = await limited(pdp);
    expect(await ask(documents(4))).toEqual(new Set(["request_refused"]));
    expect(pdp.requests).toHaveLength(1);
    expect(warnings).toEqual([]);
  });

  it("after dispose nothing is sent with the limit that was learned", async () => {
    const pdp = limitedPdp({ maxResources: 2 });
    const { authorizer, nextTask } = await setUp(pdp, { onWarning: () => authorizer.dispose() });
    const decisions = outcomes(documents(8).map((check) => authorizer.check(check)));
    nextTask();
    expect(await decisions).toEqual(Array.from({ length: 8 }, () => "session_ended"));
    expect(sizesOf(pdp)).toEqual([8]);
  });
});

function countOf(bad: readonly boolean[]): number {
  return bad.filter(Boolean).length;
}
