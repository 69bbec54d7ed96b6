import { getEventListeners } from "node:events";
import { inspect } from "node:util";
import {
  type Authorizer,
  type AuthorizerOptions,
  createAuthorizer,
  createSession,
  type PdpRequest,
  type PolicyDecisionPoint,
  renewSession,
  type SessionSource,
} from "@kinde-cerbos/core";
import { describe, expect, it } from "vitest";
import {
  answerOf,
  codeOf,
  fakePdp,
  manualSchedule,
  type ManualTime,
  manualTime,
  outcome,
  rowsFor,
  SIGNATURE,
  slowPdp,
  thrownBy,
  token,
  turn,
  view,
} from "../support.ts";

/** When a test begins, in seconds since the epoch. */
const START = 1_700_000_000;

/** A token of alice's that was issued and ends so many seconds after the test's beginning, by Kinde's clock. */
function tokenFrom(iat: number, exp: number, claims: object = {}): string {
  return token({ iat: START + iat, exp: START + exp, ...claims });
}

const FIRST = tokenFrom(-100, 3500);
const SECOND = tokenFrom(3495, 7095);
const THIRD = tokenFrom(7090, 10_690);
const BOBS = tokenFrom(0, 3600, { sub: "kp_bob" });

/** A source whose refreshes end when the test says so. */
interface ManualSource extends SessionSource {
  /** What `getToken` gives. */
  current: string | null;
  readonly refresh: () => Promise<string | null>;
  readonly subscribe: (listener: () => void) => () => void;
  /** How often `refresh` was called. */
  readonly refreshes: number;
  /** How often `subscribe` was called. */
  readonly subscriptions: number;
  /** How many listeners there are now. */
  readonly listeners: number;
  /** Ends the oldest refresh under way. */
  give(newer: string | null): Promise<void>;
  fail(error: unknown): Promise<void>;
  /** Tells the listeners of another token. */
  tell(newer: string | null): Promise<void>;
}

function manualSource(first: string | null): ManualSource {
  const pending: PromiseWithResolvers<string | null>[] = [];
  const listeners = new Set<() => void>();
  let refreshes = 0;
  let subscriptions = 0;
  return {
    current: first,
    get refreshes() {
      return refreshes;
    },
    get subscriptions() {
      return subscriptions;
    },
    get listeners() {
      return listeners.size;
    },
    getToken() {
      return this.current;
    },
    refresh() {
      refreshes += 1;
      const end = Promise.withResolvers<string | null>();
      pending.push(end);
      return end.promise;
    },
    subscribe(listener) {
      subscriptions += 1;
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async give(newer) {
      this.current = newer;
      pending.shift()?.resolve(newer);
      await turn();
    },
    async fail(error) {
      pending.shift()?.reject(error);
      await turn();
    },
    async tell(newer) {
      this.current = newer;
      for (const listener of listeners) listener();
      await turn();
    },
  };
}

/** A source whose refreshes give these, the last again and again. */
function readySource(first: string | null, ...newer: (string | null)[]): ManualSource {
  const source = manualSource(first);
  const { refresh } = source;
  return Object.assign(source, {
    refresh: () => {
      const ended = refresh();
      void source.give(newer[Math.min(source.refreshes, newer.length) - 1] ?? null);
      return ended;
    },
  });
}

/** A PDP that refuses some tokens as Cerbos does, and allows the others. */
function pdpRefusing(...tokens: string[]): ReturnType<typeof fakePdp> {
  return fakePdp((body) => (isOf(body, tokens) ? Promise.reject(REFUSED) : answerOf(rowsFor(body))));
}

const REFUSED = { code: 3, details: "invalid auxData" };

function isOf(body: PdpRequest, tokens: readonly string[]): boolean {
  return tokens.includes(body.auxData?.jwt.token ?? "");
}

interface Live {
  readonly authorizer: Authorizer;
  readonly time: ManualTime;
  readonly nextTask: () => void;
  /** Asks one check in a batch of its own. */
  readonly ask: (id?: string) => Promise<string>;
  /** Moves the clock to so many seconds after the beginning. */
  readonly at: (seconds: number) => Promise<void>;
}

/** An authorizer with a source, on a clock that the test moves. */
async function live(
  source: SessionSource,
  pdp: PolicyDecisionPoint,
  {
    first = FIRST,
    startsAt = 0,
    ...options
  }: Partial<AuthorizerOptions> & { first?: string | null; startsAt?: number } = {},
): Promise<Live> {
  const time = manualTime((START + startsAt) * 1000);
  const { schedule, nextTask } = manualSchedule();
  const session = await createSession(first);
  const authorizer = createAuthorizer({ session, source, schedule, ...time, random: () => 0, ...options, pdp });
  const ask = (id = "1"): Promise<string> => {
    const asked = outcome(authorizer.check(view(id)));
    nextTask();
    return asked;
  };
  return { authorizer, time, nextTask, ask, at: (seconds) => time.advance((START + seconds) * 1000 - time.now()) };
}

/** The tokens that the PDP was shown, in the order of the requests. */
function tokensAt({ requests }: ReturnType<typeof fakePdp>): (string | undefined)[] {
  return requests.map(({ body }) => body.auxData?.jwt.token);
}

describe("promise 7: no request with a dead token", () => {
  it("asks at once with a token that is good for longer than 10 s, and refreshes nothing", async () => {
    const source = manualSource(FIRST);
    const pdp = slowPdp();
    const { ask, at } = await live(source, pdp);
    await at(3489.999);
    const asked = ask();
    // In the task that the batch ends in, and not one later.
    expect(tokensAt(pdp)).toEqual([FIRST]);
    pdp.answer();
    expect(await asked).toBe("allowed");
    expect(source.refreshes).toBe(0);
  });

  it.each([
    ["10 s before its end", 3490],
    ["a moment before its end", 3499.999],
    ["at its end", 3500],
    ["long after its end", 9000],
  ])("refreshes first %s", async (_, seconds) => {
    const source = manualSource(FIRST);
    const pdp = fakePdp();
    const { authorizer, ask, at } = await live(source, pdp);
    await at(seconds);
    const asked = ask();
    await turn();
    expect([source.refreshes, pdp.requests.length]).toEqual([1, 0]);
    const newer = tokenFrom(seconds, seconds + 3600);
    await source.give(newer);
    expect(await asked).toBe("allowed");
    expect(tokensAt(pdp)).toEqual([newer]);
    expect(authorizer.session.token).toBe(newer);
    // The newer one is used from then on.
    expect(await ask()).toBe("allowed");
    expect([source.refreshes, pdp.requests.length]).toEqual([1, 2]);
  });

  it.each([
    [0, 3499.999, 0],
    [0, 3500, 1],
    [60_000, 3439.999, 0],
    [60_000, 3440, 1],
  ])("with refreshBeforeMs %i, %d s after the beginning: %i refreshes", async (refreshBeforeMs, seconds, refreshes) => {
    const source = readySource(FIRST, SECOND);
    const { ask, at } = await live(source, fakePdp(), { refreshBeforeMs });
    await at(seconds);
    expect(await ask()).toBe("allowed");
    expect(source.refreshes).toBe(refreshes);
  });

  it("never refreshes a token without an end", async () => {
    const source = manualSource(null);
    const { ask, at } = await live(source, fakePdp(), { first: token({ iat: START }) });
    await at(1e9);
    expect(await ask()).toBe("allowed");
    expect(source.refreshes).toBe(0);
  });

  it("is a promise of plan, too", async () => {
    const source = manualSource(FIRST);
    const asked: (string | undefined)[] = [];
    const pdp: PolicyDecisionPoint = {
      ...fakePdp(),
      planResources: ({ auxData }) => {
        asked.push(auxData?.jwt.token);
        return Promise.resolve({ cerbosCallId: "plan-1", kind: "KIND_ALWAYS_ALLOWED" });
      },
    };
    const { authorizer, at } = await live(source, pdp);
    await at(3495);
    const plans = [1, 2].map(() => authorizer.plan({ action: "view", kind: "document" }));
    await turn();
    expect([source.refreshes, asked]).toEqual([1, []]);
    await source.give(SECOND);
    expect((await Promise.all(plans)).map(({ kind }) => kind)).toEqual(["ALWAYS_ALLOWED", "ALWAYS_ALLOWED"]);
    expect(asked).toEqual([SECOND, SECOND]);
  });
});

describe("one refresh for all who wait", () => {
  it("of one batch, of several requests of it, and of later batches; all leave with the new token", async () => {
    const source = manualSource(FIRST);
    const pdp = fakePdp();
    const { authorizer, nextTask, at } = await live(source, pdp, { maxResources: 2 });
    await at(3495);
    const ids = ["1", "2", "3", "4", "5"];
    const first = ids.map((id) => outcome(authorizer.check(view(id))));
    nextTask();
    await turn();
    // Asked while the refresh is under way.
    const later = outcome(authorizer.check(view("6")));
    nextTask();
    await turn();
    expect([source.refreshes, pdp.requests.length]).toEqual([1, 0]);
    await source.give(SECOND);
    expect(new Set(await Promise.all([...first, later]))).toEqual(new Set(["allowed"]));
    expect(source.refreshes).toBe(1);
    expect(tokensAt(pdp)).toEqual([SECOND, SECOND, SECOND, SECOND]);
    expect(pdp.requests.map(({ body }) => body.resources.length)).toEqual([2, 2, 1, 1]);
  });

  it("whose token the PDP has refused: each request is asked once more, after one refresh", async () => {
    const source = manualSource(FIRST);
    const pdp = pdpRefusing(FIRST);
    const { authorizer, nextTask } = await live(source, pdp, { maxResources: 1 });
    const asked = ["1", "2", "3"].map((id) => outcome(authorizer.check(view(id))));
    nextTask();
    await turn();
    expect([source.refreshes, pdp.requests.length]).toEqual([1, 3]);
    await source.give(SECOND);
    expect(await Promise.all(asked)).toEqual(["allowed", "allowed", "allowed"]);
    expect([source.refreshes, pdp.requests.length]).toEqual([1, 6]);
  });

  it("and none for a token that is not the newest any more when it is refused", async () => {
    const source = manualSource(FIRST);
    const pdp = slowPdp();
    const { ask } = await live(source, pdp);
    const asked = ask();
    await source.tell(SECOND);
    pdp.refuse(REFUSED);
    await turn();
    expect([source.refreshes, tokensAt(pdp)]).toEqual([0, [FIRST, SECOND]]);
    pdp.answer();
    expect(await asked).toBe("allowed");
  });

  it("and another one when the next token comes to its end", async () => {
    const source = readySource(FIRST, SECOND, THIRD);
    const pdp = fakePdp();
    const { ask, at } = await live(source, pdp);
    await at(3495);
    expect(await ask()).toBe("allowed");
    await at(7090);
    expect(await ask()).toBe("allowed");
    expect([source.refreshes, tokensAt(pdp)]).toEqual([2, [SECOND, THIRD]]);
  });

  it("a caller who leaves meanwhile is let go at once, and is not asked for", async () => {
    const source = manualSource(FIRST);
    const pdp = fakePdp();
    const { authorizer, nextTask, at, time } = await live(source, pdp);
    await at(3495);
    const caller = new AbortController();
    const left = outcome(authorizer.check(view("1"), { signal: caller.signal }));
    nextTask();
    await turn();
    caller.abort();
    expect(await left).toBe("aborted");
    await source.give(SECOND);
    expect(pdp.requests).toHaveLength(0);
    expect([time.pending, getEventListeners(caller.signal, "abort")]).toEqual([0, []]);
  });

  it.each([
    ["before its first request", 3495],
    ["after its token was refused", 0],
  ])("and so is one who waits for a plan, %s", async (_, seconds) => {
    const source = manualSource(FIRST);
    const pdp = { ...fakePdp(), planResources: () => Promise.reject(REFUSED) };
    const { authorizer, at, time } = await live(source, pdp);
    await at(seconds);
    const caller = new AbortController();
    const settled: string[] = [];
    const plan = authorizer.plan({ action: "view", kind: "document" }, { signal: caller.signal });
    const ended = plan.catch((error: unknown) => settled.push(codeOf(error)));
    await turn();
    expect(source.refreshes).toBe(1);
    caller.abort();
    await turn();
    expect(settled).toEqual(["aborted"]);
    await source.give(SECOND);
    await ended;
    expect([time.pending, getEventListeners(caller.signal, "abort")]).toEqual([0, []]);
  });
});

describe("the clocks", () => {
  it("Kinde's is ahead: seen from iat when the first token arrives", async () => {
    // Issued just now by a clock that is 300 s ahead of ours. It ends at 3900 by that clock, at 3600 by ours.
    const source = readySource(null, tokenFrom(3900, 7500));
    const { ask, at } = await live(source, fakePdp(), { first: tokenFrom(300, 3900) });
    await at(3589.999);
    expect(await ask()).toBe("allowed");
    expect(source.refreshes).toBe(0);
    await at(3590);
    expect(await ask()).toBe("allowed");
    expect(source.refreshes).toBe(1);
  });

  it("Kinde's is ahead: seen anew from each token that arrives", async () => {
    const source = readySource(null, tokenFrom(3800, 7400), tokenFrom(7500, 11_100));
    const { ask, at } = await live(source, fakePdp());
    // That is 305 s more than our clock says: the newer token ends at 7095 by ours.
    await at(3495);
    expect(await ask()).toBe("allowed");
    await at(7084.999);
    expect(await ask()).toBe("allowed");
    expect(source.refreshes).toBe(1);
    await at(7085);
    expect(await ask()).toBe("allowed");
    expect(source.refreshes).toBe(2);
  });

  it("our clock was set right meanwhile: seen from the next token", async () => {
    // 300 s ahead at first, and as ours from the second on.
    const source = manualSource(null);
    const { ask, at } = await live(source, fakePdp(), { first: tokenFrom(300, 3900) });
    expect(await ask()).toBe("allowed");
    await at(3000);
    await source.tell(tokenFrom(3000, 6600));
    await at(6589.999);
    expect(await ask()).toBe("allowed");
    expect(source.refreshes).toBe(0);
  });

  it("Kinde's is behind: seen where a refresh gives the token that there was past its end by ours", async () => {
    // Issued just now by a clock that is 600 s behind ours. Kinde gives it until its end, at 3600 by ours.
    const first = tokenFrom(-600, 3000);
    const source = readySource(null, first, first, tokenFrom(3000, 6600));
    const { ask, at } = await live(source, fakePdp(), { first });
    await at(2995);
    expect(await ask()).toBe("allowed");
    await at(3599);
    expect(await ask()).toBe("allowed");
    await at(3629);
    expect(await ask()).toBe("allowed");
    expect(source.refreshes).toBe(3);
    // Kinde's clock is behind by 599 s at least, so it ends not before 7199 by ours.
    await at(7188.999);
    expect(await ask()).toBe("allowed");
    // An older one that it tells of is no news of the clocks.
    await source.tell(tokenFrom(2900, 6605));
    await at(7193.999);
    expect(await ask()).toBe("allowed");
    expect(source.refreshes).toBe(3);
    await at(7194);
    await ask();
    expect(source.refreshes).toBe(4);
  });

  it.each([1, 3, 25, 300])("ours is ahead by %i s: no check fails at the end of a token", async (ahead) => {
    // As Kinde documents, by its clock: the existing token until its end, then another one.
    const issued = [tokenFrom(-ahead, 600 - ahead)];
    const endsAt = (): number => (START + 600 * issued.length) * 1000;
    const source = Object.assign(manualSource(null), {
      asked: 0,
      refresh: () => {
        source.asked += 1;
        const iat = 600 * issued.length - ahead;
        if (setUp.time.now() >= endsAt()) issued.push(tokenFrom(iat, iat + 600));
        return Promise.resolve(issued.at(-1) ?? null);
      },
    });
    const pdp = fakePdp((body) =>
      setUp.time.now() >= (START + 600 * (1 + issued.indexOf(body.auxData?.jwt.token ?? ""))) * 1000
        ? Promise.reject(REFUSED)
        : answerOf(rowsFor(body)),
    );
    const setUp: Live = await live(source, pdp, { first: issued[0] ?? null });
    for (let second = 500; second < 2000; second += 1) {
      await setUp.at(second);
      expect(await setUp.ask()).toBe("allowed");
    }
    expect(issued).toHaveLength(4);
    // Of the first token's end it knew nothing. The source is asked seldom, and the PDP refuses hardly any.
    expect(source.asked).toBeLessThan(30);
    expect(pdp.requests.length).toBeLessThan(1505);
  });

  it("a token that a refresh gives may be old: another tab has had it for long", async () => {
    // The machine has slept. Meanwhile another tab got the token of 3600, and Kinde returns it until its end.
    const old = tokenFrom(3600, 7200);
    const source = readySource(FIRST, old, old);
    const refused: string[] = [];
    const pdp = fakePdp((body) => (isOf(body, refused) ? Promise.reject(REFUSED) : answerOf(rowsFor(body))));
    const { ask, at } = await live(source, pdp);
    await at(7100);
    expect(await ask()).toBe("allowed");
    expect(tokensAt(pdp)).toEqual([old]);
    await at(7195);
    expect(await ask()).toBe("allowed");
    expect([source.refreshes, pdp.requests.length]).toEqual([2, 2]);
    await at(7200);
    // This source gives what has ended: nobody but the PDP can know.
    refused.push(old);
    expect(await ask()).toBe("session_expired");
    expect([source.refreshes, pdp.requests.length]).toEqual([4, 4]);
  });

  it("ours is ahead by more than a token's life: a token that was refreshed just now is used", async () => {
    const source = manualSource(null);
    const pdp = fakePdp();
    const { ask } = await live(source, pdp, { first: tokenFrom(-9000, -5400) });
    const asked = ask();
    await turn();
    // As sources do: it tells all who listen before the refresh ends.
    const newer = tokenFrom(-8000, -4400);
    await source.tell(newer);
    await source.give(newer);
    expect(await asked).toBe("allowed");
    expect(tokensAt(pdp)).toEqual([newer]);
    expect(await ask()).toBe("allowed");
    expect(source.refreshes).toBe(1);
  });

  it.each<[string, (to: Live & { source: ManualSource }, newer: string) => unknown]>([
    ["the source tells of", ({ source }, newer) => source.tell(newer)],
    [
      "renew is given",
      ({ authorizer }, newer) => {
        const renewed = renewSession(authorizer.session, newer);
        if (renewed) authorizer.renew(renewed);
      },
    ],
  ])("a token that %s may be old: it lives no longer for that", async (_, tell) => {
    const source = manualSource(FIRST);
    const pdp = fakePdp();
    const setUp = await live(source, pdp);
    const { ask, at } = setUp;
    expect(await ask()).toBe("allowed");
    await at(2000);
    // Another tab has had it for long.
    await tell({ ...setUp, source }, tokenFrom(500, 3000));
    await at(2990);
    const asked = ask();
    await turn();
    expect([source.refreshes, pdp.requests.length]).toEqual([1, 1]);
    await source.give(tokenFrom(2990, 6590));
    expect(await asked).toBe("allowed");
  });

  it("a refresh that gives the token that there was before its end says nothing of them", async () => {
    const source = readySource(FIRST, FIRST, null);
    const pdp = fakePdp();
    const { ask, at } = await live(source, pdp);
    await at(3495);
    expect(await ask()).toBe("allowed");
    await at(3500);
    expect(await ask()).toBe("session_expired");
    expect([source.refreshes, pdp.requests.length]).toEqual([2, 1]);
  });

  it("a token that a refresh gives past its end is used for a second, then for as long as it is past it, at most for 30 s", async () => {
    const source = readySource(FIRST, FIRST);
    const pdp = fakePdp();
    const { ask, at } = await live(source, pdp);
    const refreshesAt: number[] = [];
    for (let second = 3499; second < 3700; second += 0.5) {
      const before = source.refreshes;
      await at(second);
      expect(await ask()).toBe("allowed");
      if (source.refreshes > before) refreshesAt.push(second - 3500);
    }
    expect(refreshesAt).toEqual([-1, 0, 1, 2, 4, 8, 16, 32, 62, 92, 122, 152, 182]);
  });

  it("and is over as soon as no refresh gives it any more", async () => {
    const source = readySource(FIRST, FIRST, null);
    const { ask, at } = await live(source, fakePdp());
    await at(3500);
    expect(await ask()).toBe("allowed");
    await at(3500.999);
    expect(await ask()).toBe("allowed");
    await at(3501);
    expect(await ask()).toBe("session_expired");
    expect(source.refreshes).toBe(2);
  });

  it("a token that a refresh has given again is used to its end, without a refresh for each request", async () => {
    // As Kinde documents: it returns the existing token until that has ended.
    const source = readySource(FIRST, FIRST, SECOND);
    const pdp = fakePdp();
    const { ask, at } = await live(source, pdp);
    for (const second of [3490, 3495, 3499.999]) {
      await at(second);
      expect(await ask()).toBe("allowed");
    }
    expect(source.refreshes).toBe(1);
    await at(3500);
    expect(await ask()).toBe("allowed");
    expect([source.refreshes, tokensAt(pdp).at(-1)]).toEqual([2, SECOND]);
  });

  it("a token without iat says nothing of them: what was known holds", async () => {
    const source = readySource(null, token({ exp: START + 7200 }), tokenFrom(7200, 9000));
    const { ask, at } = await live(source, fakePdp(), { first: tokenFrom(300, 3900) });
    await at(3595);
    expect(await ask()).toBe("allowed");
    await at(6889.999);
    expect(await ask()).toBe("allowed");
    expect(source.refreshes).toBe(1);
    await at(6890);
    await ask();
    expect(source.refreshes).toBe(2);
  });
});

describe("a refresh that fails", () => {
  const failures: [string, (source: ManualSource) => Promise<void>][] = [
    ["rejects", (source) => source.fail(new Error("offline"))],
    ["gives null", (source) => source.give(null)],
  ];

  it.each(failures)("%s: a token that is still good is used, and the next check tries again", async (_, fail) => {
    const source = manualSource(FIRST);
    const pdp = fakePdp();
    const { ask, at } = await live(source, pdp);
    await at(3495);
    const asked = ask();
    await turn();
    await fail(source);
    expect(await asked).toBe("allowed");
    expect([source.refreshes, tokensAt(pdp)]).toEqual([1, [FIRST]]);
    const next = ask();
    await turn();
    await source.give(SECOND);
    expect(await next).toBe("allowed");
    expect([source.refreshes, tokensAt(pdp)]).toEqual([2, [FIRST, SECOND]]);
  });

  it.each(failures)("%s: a token that is over is not used, and the next check tries again", async (_, fail) => {
    const source = manualSource(FIRST);
    const pdp = fakePdp();
    const { ask, at } = await live(source, pdp);
    await at(3500);
    const asked = ask();
    await turn();
    await fail(source);
    expect(await asked).toBe("session_expired");
    expect([source.refreshes, pdp.requests.length]).toEqual([1, 0]);
    const next = ask();
    await turn();
    await source.give(SECOND);
    expect(await next).toBe("allowed");
  });

  it("a token that ends while it is refreshed in vain is not used", async () => {
    const source = manualSource(FIRST);
    const pdp = fakePdp();
    const { ask, at } = await live(source, pdp);
    await at(3499);
    const asked = ask();
    await at(3500);
    await source.fail(new Error("offline"));
    expect(await asked).toBe("session_expired");
    expect(pdp.requests).toHaveLength(0);
  });

  it("without an end: it is given up after timeoutMs, and what comes later is dropped", async () => {
    const source = manualSource(FIRST);
    const pdp = fakePdp();
    const { authorizer, ask, time, at } = await live(source, pdp, { timeoutMs: 300 });
    await at(3495);
    const asked = ask();
    await time.advance(299);
    expect(pdp.requests).toHaveLength(0);
    await time.advance(1);
    expect(await asked).toBe("allowed");
    expect(tokensAt(pdp)).toEqual([FIRST]);
    await source.give(SECOND);
    expect(authorizer.session.token).toBe(FIRST);
    expect(time.pending).toBe(0);
  });

  it("without an end, and a token that is over: session_expired, for all who wait", async () => {
    const source = manualSource(FIRST);
    const pdp = fakePdp();
    const { ask, time, at } = await live(source, pdp, { timeoutMs: 300 });
    await at(3500);
    const first = ask("1");
    await time.advance(200);
    const second = ask("2");
    await time.advance(100);
    expect(await Promise.all([first, second])).toEqual(["session_expired", "session_expired"]);
    expect([source.refreshes, pdp.requests.length, time.pending]).toEqual([1, 0, 0]);
  });

  it("says why in its cause, without the token", async () => {
    const source = manualSource(FIRST);
    const { authorizer, nextTask, at } = await live(source, fakePdp());
    await at(3500);
    const failed = authorizer.check(view("1")).catch((error: unknown) => error);
    nextTask();
    await turn();
    await source.fail(new Error(`refused ${FIRST}`));
    expect(await failed).toMatchObject({ code: "session_expired", cause: { message: "refused [token]" } });
    expect(inspect(await failed, { depth: null, showHidden: true })).not.toContain(SIGNATURE);
  });

  it("with a token that is over: the PDP refuses it, and no more is sent", async () => {
    const over = token({ exp: START + 3400 });
    const source = readySource(null, over);
    const pdp = pdpRefusing(over);
    const { ask, at } = await live(source, pdp);
    await at(3500);
    expect(await ask()).toBe("session_expired");
    expect([source.refreshes, tokensAt(pdp)]).toEqual([2, [over, over]]);
  });
});

describe("a token that the PDP refuses", () => {
  it.each([
    ["invalid auxData", { code: 3, details: "invalid auxData" }],
    ["aux_data in the middle of it", { code: 3, details: "validation error: aux_data.jwt.token: value is required" }],
    ["code 16, which is 401", { code: 16, details: "unauthenticated" }],
  ])("%s: one refresh, one retry", async (_, refusal) => {
    const source = readySource(FIRST, SECOND);
    const pdp = fakePdp((body) => (isOf(body, [FIRST]) ? Promise.reject(refusal) : answerOf(rowsFor(body))));
    const { ask, time } = await live(source, pdp);
    expect(await ask()).toBe("allowed");
    expect([source.refreshes, tokensAt(pdp)]).toEqual([1, [FIRST, SECOND]]);
    expect(time.pending).toBe(0);
  });

  it("refused again: session_expired, and no loop", async () => {
    const source = readySource(FIRST, SECOND, THIRD);
    const pdp = pdpRefusing(FIRST, SECOND, THIRD);
    const { authorizer, nextTask, time } = await live(source, pdp);
    const failed = authorizer.check(view("1")).catch((error: unknown) => error);
    nextTask();
    expect(await failed).toMatchObject({ code: "session_expired", cause: { code: "token_refused" } });
    expect(await failed).toHaveProperty("message", expect.stringContaining("invalid auxData"));
    await time.advance(60_000);
    expect([source.refreshes, tokensAt(pdp)]).toEqual([1, [FIRST, SECOND]]);
  });

  it("refused again with the same token, which is all that the refresh gives: no loop either", async () => {
    const source = readySource(FIRST, FIRST);
    const pdp = pdpRefusing(FIRST);
    const { ask } = await live(source, pdp);
    expect(await ask()).toBe("session_expired");
    expect([source.refreshes, tokensAt(pdp)]).toEqual([1, [FIRST, FIRST]]);
  });

  it("refused, and there is no newer one: session_expired, and it is not asked again", async () => {
    const source = readySource(FIRST, null);
    const pdp = pdpRefusing(FIRST);
    const { ask } = await live(source, pdp);
    expect(await ask()).toBe("session_expired");
    expect([source.refreshes, pdp.requests.length]).toEqual([1, 1]);
  });

  it("is replaced, where the source can, and once more if that one is refused as well: it may be as old", async () => {
    const replacements = [SECOND, THIRD];
    const source = Object.assign(readySource(FIRST, FIRST), {
      replace: async () => (source.current = replacements.shift() ?? null),
    });
    const pdp = pdpRefusing(FIRST, SECOND);
    const { ask, at } = await live(source, pdp);
    expect(await ask()).toBe("allowed");
    expect([source.refreshes, tokensAt(pdp)]).toEqual([0, [FIRST, SECOND, THIRD]]);
    // One that ends is refreshed, as ever.
    await at(10_685);
    expect(await ask("2")).toBe("session_expired");
    expect(source.refreshes).toBe(1);
  });

  it("replaced twice and refused: session_expired, and no loop", async () => {
    let replacements = 0;
    const source = Object.assign(readySource(FIRST, FIRST), {
      replace: async () => {
        replacements += 1;
        return FIRST;
      },
    });
    const pdp = pdpRefusing(FIRST);
    const { authorizer, nextTask } = await live(source, pdp, { maxResources: 1 });
    const asked = ["1", "2", "3"].map((id) => outcome(authorizer.check(view(id))));
    nextTask();
    expect(await Promise.all(asked)).toEqual(["session_expired", "session_expired", "session_expired"]);
    // Once for all requests of a batch, each time.
    expect([replacements, pdp.requests.length, source.refreshes]).toEqual([2, 9, 0]);
  });

  it("the next check begins anew, with a refresh of its own", async () => {
    const source = readySource(FIRST, null, SECOND);
    const pdp = pdpRefusing(FIRST);
    const { ask } = await live(source, pdp);
    expect(await ask()).toBe("session_expired");
    expect(await ask()).toBe("allowed");
    expect([source.refreshes, tokensAt(pdp)]).toEqual([2, [FIRST, FIRST, SECOND]]);
  });

  it("is refused to a plan: one refresh, one retry, then session_expired", async () => {
    const source = readySource(FIRST, SECOND);
    let asked = 0;
    const pdp = {
      ...fakePdp(),
      planResources: () => {
        asked += 1;
        return Promise.reject(REFUSED);
      },
    };
    const { authorizer } = await live(source, pdp);
    await expect(authorizer.plan({ action: "view", kind: "document" })).rejects.toMatchObject({
      code: "session_expired",
    });
    expect([source.refreshes, asked]).toEqual([1, 2]);
  });

  it("without a source: token_refused, asked once", async () => {
    const pdp = pdpRefusing(FIRST);
    const { schedule, nextTask } = manualSchedule();
    const authorizer = createAuthorizer({
      pdp,
      session: await createSession(FIRST),
      schedule,
      now: () => START * 1000,
    });
    const asked = outcome(authorizer.check(view("1")));
    nextTask();
    expect(await asked).toBe("token_refused");
    expect(pdp.requests).toHaveLength(1);
  });

  it("with nobody signed in: token_refused and no refresh, and the next check is asked again", async () => {
    const source = manualSource(null);
    let refusals = 1;
    const pdp = fakePdp((body) => (refusals-- > 0 ? Promise.reject(REFUSED) : answerOf(rowsFor(body))));
    const { ask } = await live(source, pdp, { first: null });
    expect(await ask()).toBe("token_refused");
    expect([source.refreshes, pdp.requests.length]).toEqual([0, 1]);
    expect(await ask()).toBe("allowed");
    expect([source.refreshes, pdp.requests.length]).toEqual([0, 2]);
  });
});

describe("retries and a refresh together", () => {
  const unavailable = { code: 14, details: "unavailable" };

  it("a fault that passes, after the refresh: three attempts with the newer token", async () => {
    const source = readySource(FIRST, SECOND);
    let faults = 2;
    const pdp = fakePdp((body) => {
      if (isOf(body, [FIRST])) return Promise.reject(REFUSED);
      return faults-- > 0 ? Promise.reject(unavailable) : answerOf(rowsFor(body));
    });
    const { ask, time } = await live(source, pdp);
    const asked = ask();
    await time.advance(1000);
    expect(await asked).toBe("allowed");
    expect([source.refreshes, tokensAt(pdp)]).toEqual([1, [FIRST, SECOND, SECOND, SECOND]]);
  });

  it("a fault that does not pass, after the refresh: pdp_unavailable, and no second refresh", async () => {
    const source = readySource(FIRST, SECOND);
    const pdp = fakePdp((body) => Promise.reject(isOf(body, [FIRST]) ? REFUSED : unavailable));
    const { ask, time } = await live(source, pdp);
    const asked = ask();
    await time.advance(1000);
    expect(await asked).toBe("pdp_unavailable");
    expect([source.refreshes, tokensAt(pdp)]).toEqual([1, [FIRST, SECOND, SECOND, SECOND]]);
  });

  it("a token that ends while a retry waits is refreshed before the retry", async () => {
    const source = readySource(FIRST, SECOND);
    let faults = 1;
    const pdp = fakePdp((body) => (faults-- > 0 ? Promise.reject(unavailable) : answerOf(rowsFor(body))));
    const { ask, at, time } = await live(source, pdp, { random: () => 1 });
    await at(3489.9);
    const asked = ask();
    await turn();
    expect(time.delays).toContain(200);
    await time.advance(200);
    expect(await asked).toBe("allowed");
    expect([source.refreshes, tokensAt(pdp)]).toEqual([1, [FIRST, SECOND]]);
  });

  it("a refused token after a fault: still one refresh", async () => {
    const source = readySource(FIRST, SECOND);
    let faults = 1;
    const pdp = fakePdp((body) => {
      if (faults-- > 0) return Promise.reject(unavailable);
      return isOf(body, [FIRST]) ? Promise.reject(REFUSED) : answerOf(rowsFor(body));
    });
    const { ask, time } = await live(source, pdp);
    const asked = ask();
    await time.advance(1000);
    expect(await asked).toBe("allowed");
    expect([source.refreshes, tokensAt(pdp)]).toEqual([1, [FIRST, FIRST, SECOND]]);
  });
});

describe("a token of another session", () => {
  const others: [string, string | null][] = [
    ["another user", BOBS],
    ["another organization", tokenFrom(0, 3600, { org_code: "org_2" })],
    ["other rights", tokenFrom(0, 3600, { permissions: ["documents:read"] })],
    ["no token at all", "no token"],
    ["a token that names no user", tokenFrom(0, 3600, { sub: "" })],
  ];

  it.each(others)("from a refresh: %s. That is the end", async (_, other) => {
    const source = readySource(FIRST, other);
    const pdp = fakePdp();
    const { authorizer, ask, at, time } = await live(source, pdp);
    await at(3495);
    expect(await ask()).toBe("session_ended");
    expect(await ask()).toBe("session_ended");
    await expect(authorizer.plan({ action: "view", kind: "document" })).rejects.toMatchObject({
      code: "session_ended",
    });
    expect(authorizer.session.token).toBe(FIRST);
    expect([source.refreshes, pdp.requests.length, source.listeners, time.pending]).toEqual([1, 0, 0, 0]);
  });

  it.each([...others, ["nobody", null] as const])(
    "from the source by itself: %s. What is in flight is aborted, and late answers dropped",
    async (_, other) => {
      const source = manualSource(FIRST);
      const pdp = slowPdp();
      const { ask, time } = await live(source, pdp);
      const inFlight = ask();
      await source.tell(other);
      expect(await inFlight).toBe("session_ended");
      expect(pdp.requests[0]?.signal.aborted).toBe(true);
      pdp.answer();
      expect(await ask()).toBe("session_ended");
      expect([source.listeners, time.pending, pdp.requests.length]).toEqual([0, 0, 1]);
    },
  );

  it("from a refresh after the PDP has refused the token: no request with it", async () => {
    const source = readySource(FIRST, BOBS);
    const pdp = pdpRefusing(FIRST);
    const { ask } = await live(source, pdp);
    expect(await ask()).toBe("session_ended");
    expect(tokensAt(pdp)).toEqual([FIRST]);
  });

  it("somebody who signs in ends the session of nobody", async () => {
    const source = manualSource(null);
    const { ask } = await live(source, fakePdp(), { first: null });
    expect(await ask()).toBe("allowed");
    await source.tell(null);
    expect(await ask()).toBe("allowed");
    await source.tell(FIRST);
    expect(await ask()).toBe("session_ended");
  });

  it("that the source has and has not told of: nothing is sent, and no retry either, until it is this one's again", async () => {
    let isCurrent = false;
    const source = { ...manualSource(FIRST), isCurrent: () => isCurrent };
    const pdp = slowPdp();
    const { authorizer, ask, time } = await live(source, pdp);
    expect(await ask()).toBe("session_ended");
    await expect(authorizer.plan({ action: "view", kind: "document" })).rejects.toMatchObject({
      code: "session_ended",
    });
    expect(pdp.requests).toHaveLength(0);
    isCurrent = true;
    const inFlight = ask();
    isCurrent = false;
    pdp.refuse({ code: 14, details: "unavailable" });
    await time.advance(1000);
    expect(await inFlight).toBe("session_ended");
    expect(pdp.requests).toHaveLength(1);
    isCurrent = true;
    const asked = ask();
    pdp.answer();
    expect(await asked).toBe("allowed");
  });

  it("renew takes none: it throws, and the session goes on", async () => {
    const source = manualSource(FIRST);
    const { authorizer, ask } = await live(source, fakePdp());
    const bobs = await createSession(BOBS);
    expect(thrownBy(() => authorizer.renew(bobs))).toMatchObject({ code: "session_ended" });
    expect(await ask()).toBe("allowed");
  });
});

describe("following the source", () => {
  it("a newer token of the same session is used from the next request on, without a refresh", async () => {
    const source = manualSource(FIRST);
    const pdp = fakePdp();
    const { authorizer, ask } = await live(source, pdp);
    expect(await ask()).toBe("allowed");
    await source.tell(SECOND);
    expect(authorizer.session.token).toBe(SECOND);
    expect(await ask()).toBe("allowed");
    expect([source.refreshes, tokensAt(pdp)]).toEqual([0, [FIRST, SECOND]]);
  });

  it("begins with the first request, once, and ends with dispose, once", async () => {
    const source = manualSource(FIRST);
    let ended = 0;
    const { subscribe } = source;
    const counting: SessionSource = Object.assign(source, {
      subscribe: (listener: () => void) => {
        const stop = subscribe(listener);
        return () => {
          ended += 1;
          stop();
        };
      },
    });
    const { authorizer, ask, time } = await live(counting, fakePdp());
    expect(source.subscriptions).toBe(0);
    await Promise.all([ask("1"), ask("2")]);
    await ask("3");
    expect([source.subscriptions, source.listeners, ended]).toEqual([1, 1, 0]);
    authorizer.dispose();
    authorizer.dispose();
    expect(await ask()).toBe("session_ended");
    expect([source.subscriptions, source.listeners, ended, time.pending]).toEqual([1, 0, 1, 0]);
  });

  it("never begins where the authorizer is over before its first request", async () => {
    const source = manualSource(FIRST);
    const { authorizer, ask } = await live(source, fakePdp());
    authorizer.dispose();
    expect(await ask()).toBe("session_ended");
    expect(source.subscriptions).toBe(0);
  });

  it("a source that cannot say its token changes nothing", async () => {
    const ways = [
      () => {
        throw new Error("no storage");
      },
      () => Promise.reject(new Error("no storage")),
    ];
    for (const getToken of ways) {
      const source = Object.assign(manualSource(FIRST), { getToken });
      const { authorizer, ask } = await live(source, fakePdp());
      expect(await ask()).toBe("allowed");
      await source.tell(SECOND);
      expect(authorizer.session.token).toBe(FIRST);
      expect(await ask()).toBe("allowed");
    }
  });

  it("a source that tells at once, while it is subscribed to, is believed", async () => {
    const source = manualSource(SECOND);
    const { subscribe } = source;
    const eager: SessionSource = Object.assign(source, {
      subscribe: (listener: () => void) => {
        const stop = subscribe(listener);
        listener();
        return stop;
      },
    });
    const pdp = fakePdp();
    const { authorizer, ask } = await live(eager, pdp);
    expect(await ask("1")).toBe("allowed");
    expect(authorizer.session.token).toBe(SECOND);
    expect(await ask("2")).toBe("allowed");
    expect([source.subscriptions, tokensAt(pdp)]).toEqual([1, [FIRST, SECOND]]);
  });

  it("a source that cannot be followed is asked for newer tokens all the same", async () => {
    let subscriptions = 0;
    const source = Object.assign(readySource(FIRST, SECOND), {
      subscribe: () => {
        subscriptions += 1;
        throw new Error("no events here");
      },
    });
    const pdp = fakePdp();
    const { ask, at, time } = await live(source, pdp);
    expect(await ask()).toBe("allowed");
    // It is no fault of the PDP, so nothing is asked twice.
    expect(time.delays.filter((ms) => ms !== 5000)).toEqual([]);
    await at(3495);
    expect(await ask()).toBe("allowed");
    expect(tokensAt(pdp)).toEqual([FIRST, SECOND]);
    expect(subscriptions).toBe(1);
  });

  it("a listener that is called after dispose takes nothing", async () => {
    const listeners: (() => void)[] = [];
    const source = Object.assign(manualSource(FIRST), {
      // It returns nothing that would end it.
      subscribe: (listener: () => void) => {
        listeners.push(listener);
        return () => {};
      },
    });
    const { authorizer, ask } = await live(source, fakePdp());
    await ask();
    authorizer.dispose();
    source.current = SECOND;
    for (const listener of listeners) listener();
    await turn();
    expect(authorizer.session.token).toBe(FIRST);
  });

  it("a token that comes after dispose, late, is not taken", async () => {
    const late = Promise.withResolvers<string>();
    const source = Object.assign(manualSource(FIRST), { getToken: () => late.promise });
    const { authorizer, ask } = await live(source, fakePdp());
    await ask();
    await source.tell(SECOND);
    authorizer.dispose();
    late.resolve(SECOND);
    await turn();
    expect(authorizer.session.token).toBe(FIRST);
  });

  it("dispose does not throw where the source's end does, and calls it once", async () => {
    let calls = 0;
    const { authorizer, ask } = await live(
      Object.assign(manualSource(FIRST), {
        subscribe: () => () => {
          calls += 1;
          authorizer.dispose();
          throw new Error("gone already");
        },
      }),
      fakePdp(),
    );
    await ask();
    authorizer.dispose();
    expect(calls).toBe(1);
    expect(await ask()).toBe("session_ended");
  });

  it.each([FIRST, tokenFrom(-3600, 0)])(
    "an authorizer that is disposed of while it subscribes leaves no listener",
    async (first) => {
      const source = readySource(first, null);
      const { subscribe } = source;
      const setUp = await live(
        Object.assign(source, {
          subscribe: (listener: () => void) => {
            setUp.authorizer.dispose();
            return subscribe(listener);
          },
        }),
        fakePdp(),
        { first },
      );
      expect(await setUp.ask()).toBe("session_ended");
      await turn();
      expect([source.listeners, setUp.time.pending]).toEqual([0, 0]);
    },
  );
});

describe("dispose while a refresh is under way", () => {
  it.each([
    ["gives a token", (source: ManualSource) => source.give(SECOND)],
    ["gives another user's", (source: ManualSource) => source.give(BOBS)],
    ["fails", (source: ManualSource) => source.fail(new Error("offline"))],
  ])("all who wait are refused at once. It %s later: nothing is asked, and nothing left", async (_, end) => {
    const source = manualSource(FIRST);
    const pdp = fakePdp();
    const { authorizer, ask, at, time } = await live(source, pdp);
    await at(3495);
    const asked = ask();
    await turn();
    authorizer.dispose();
    expect(await asked).toBe("session_ended");
    await turn();
    expect([time.pending, source.listeners]).toEqual([0, 0]);
    await end(source);
    expect(authorizer.session.token).toBe(FIRST);
    expect([source.refreshes, pdp.requests.length, time.pending]).toEqual([1, 0, 0]);
  });
});
