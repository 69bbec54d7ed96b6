import { getEventListeners } from "node:events";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { AuthzError, type Decision, prepareCheck, type PreparedCheck } from "@kinde-cerbos/core";
import { describe, expect, it } from "vitest";
import { Batcher, type BatcherOptions } from "../../src/batch/batcher.ts";
import { type PdpEntry } from "../../src/pdp/pdp.ts";
import { answerOf, manualSchedule, outcome, outcomes, turn } from "../support.ts";

const check = (id: string): PreparedCheck => prepareCheck({ action: "view", resource: { kind: "document", id } });

const allow = (entries: readonly PdpEntry[]): unknown =>
  answerOf(entries.map(({ resource }) => ({ resource, actions: { view: "EFFECT_ALLOW" } })));

/** A batcher whose requests are answered by hand; `send` ignores the signal. */
function setUp(options: Partial<BatcherOptions> = {}) {
  const { schedule, nextTask } = manualSchedule();
  const requests: (PromiseWithResolvers<unknown> & { entries: PdpEntry[]; signal: AbortSignal })[] = [];
  const batcher = new Batcher({
    schedule,
    limits: { maxResources: 50, maxActions: 50 },
    maxInFlight: 6,
    warn: (message) => expect.fail(message),
    send: (entries, signal) => {
      const request = { ...Promise.withResolvers<unknown>(), entries, signal };
      requests.push(request);
      return request.promise;
    },
    ...options,
  });
  const ask = (one: PreparedCheck, signal?: AbortSignal): Promise<Decision> =>
    new Promise((resolve, reject) => {
      batcher.ask(one, (told) => ("code" in told ? reject(told) : resolve(told)), signal);
    });
  return { batcher: { ask, end: (reason: AuthzError): void => batcher.end(reason) }, requests, nextTask };
}

describe("promise 10: abort", () => {
  it("asks nothing for a caller that was gone before", async () => {
    const { batcher, requests, nextTask } = setUp();
    const decision = outcome(batcher.ask(check("1"), AbortSignal.abort()));
    expect(await decision).toBe("aborted");
    nextTask();
    expect(requests).toHaveLength(0);
  });

  it("asks nothing for a caller that leaves while checks are gathered", async () => {
    const { batcher, requests, nextTask } = setUp();
    const caller = new AbortController();
    const leaving = outcome(batcher.ask(check("1"), caller.signal));
    const staying = outcome(batcher.ask(check("2")));
    caller.abort();
    expect(await leaving).toBe("aborted");
    nextTask();
    expect(requests.map(({ entries }) => entries.map(({ resource }) => resource.id))).toEqual([["2"]]);
    requests[0]?.resolve(allow(requests[0].entries));
    expect(await staying).toBe("allowed");
  });

  it("gathers anew after all callers have left", async () => {
    const { batcher, requests, nextTask } = setUp();
    const caller = new AbortController();
    const leaving = outcome(batcher.ask(check("1"), caller.signal));
    caller.abort();
    const staying = outcome(batcher.ask(check("1")));
    nextTask();
    requests[0]?.resolve(allow(requests[0].entries));
    expect(await Promise.all([leaving, staying])).toEqual(["aborted", "allowed"]);
    expect(requests).toHaveLength(1);
  });

  it("lets a caller go at once while the request goes on for the rest", async () => {
    const { batcher, requests, nextTask } = setUp();
    const caller = new AbortController();
    const leaving = outcome(batcher.ask(check("1"), caller.signal));
    const staying = outcome(batcher.ask(check("1")));
    nextTask();
    caller.abort();
    expect(await leaving).toBe("aborted");
    expect(requests[0]?.signal.aborted).toBe(false);
    requests[0]?.resolve(allow(requests[0].entries));
    expect(await staying).toBe("allowed");
  });

  it("aborts the request when its last caller leaves, and no other request", async () => {
    const { batcher, requests, nextTask } = setUp({ limits: { maxResources: 2, maxActions: 50 } });
    const callers = [new AbortController(), new AbortController()];
    const leaving = outcomes(callers.map(({ signal }, id) => batcher.ask(check(String(id)), signal)));
    const staying = outcome(batcher.ask(check("2")));
    nextTask();
    const abortedNow = (): boolean[] => requests.map(({ signal }) => signal.aborted);
    callers[1]?.abort();
    expect(abortedNow()).toEqual([false, false]);
    callers[0]?.abort();
    expect(abortedNow()).toEqual([true, false]);
    expect(await leaving).toEqual(["aborted", "aborted"]);
    requests[1]?.resolve(allow(requests[1].entries));
    expect(await staying).toBe("allowed");
  });

  it("aborts no request that was answered or has failed", async () => {
    const { batcher, requests, nextTask } = setUp({ limits: { maxResources: 1, maxActions: 50 } });
    const both = outcomes([batcher.ask(check("1")), batcher.ask(check("2"))]);
    nextTask();
    requests[0]?.resolve(allow(requests[0].entries));
    requests[1]?.reject(new Error("down"));
    expect(await both).toEqual(["allowed", "pdp_unavailable"]);
    expect(requests.map(({ signal }) => signal.aborted)).toEqual([false, false]);
  });

  it("passes on why the caller left, and leaves no listener on its signal", async () => {
    const { batcher, requests, nextTask } = setUp();
    const callers = [new AbortController(), new AbortController()];
    const decisions = Promise.allSettled(callers.map(({ signal }) => batcher.ask(check("1"), signal)));
    const reason = new Error("unmounted");
    nextTask();
    callers[0]?.abort(reason);
    requests[0]?.resolve(allow(requests[0].entries));
    expect(await decisions).toMatchObject([
      { status: "rejected", reason: { code: "aborted", cause: reason } },
      { status: "fulfilled" },
    ]);
    expect(callers.flatMap(({ signal }) => getEventListeners(signal, "abort"))).toEqual([]);
  });
});

describe("one signal for many checks", () => {
  it("has one listener however many wait, none when all are decided, and one again for who comes later", async () => {
    const { batcher, requests, nextTask } = setUp();
    const { signal } = new AbortController();
    const listeners = (): number => getEventListeners(signal, "abort").length;
    for (let round = 0; round < 2; round += 1) {
      const first = batcher.ask(check("1"), signal);
      const asked = outcomes([
        first,
        ...Array.from({ length: 40 }, (_, id) => batcher.ask(check(`${id + 2}`), signal)),
      ]);
      expect(listeners()).toBe(1);
      nextTask();
      requests[round]?.resolve(allow(requests[round]?.entries ?? []));
      expect(new Set(await asked)).toEqual(new Set(["allowed"]));
      expect(listeners()).toBe(0);
    }
  });

  it("lets all of them go, and nobody with another signal", async () => {
    const { batcher, requests, nextTask } = setUp({ limits: { maxResources: 1, maxActions: 50 } });
    const [leaving, staying] = [new AbortController(), new AbortController()];
    const left = outcomes(["1", "2", "3"].map((id) => batcher.ask(check(id), leaving.signal)));
    const stayed = outcome(batcher.ask(check("4"), staying.signal));
    nextTask();
    leaving.abort();
    expect(await left).toEqual(["aborted", "aborted", "aborted"]);
    expect(requests.map(({ signal }) => signal.aborted)).toEqual([true, true, true, false]);
    expect([leaving, staying].map(({ signal }) => getEventListeners(signal, "abort").length)).toEqual([0, 1]);
    requests[3]?.resolve(allow(requests[3].entries));
    expect(await stayed).toBe("allowed");
    expect(await outcome(batcher.ask(check("5"), leaving.signal))).toBe("aborted");
  });

  it("goes on for the rest where who leaves does something about it", async () => {
    const { batcher, nextTask } = setUp();
    const caller = new AbortController();
    const again: Promise<string>[] = [];
    const left = [batcher.ask(check("1"), caller.signal), batcher.ask(check("2"), caller.signal)];
    nextTask();
    caller.signal.addEventListener("abort", () => again.push(outcome(batcher.ask(check("3"), caller.signal))));
    caller.abort();
    expect(await outcomes(left)).toEqual(["aborted", "aborted"]);
    expect(await Promise.all(again)).toEqual(["aborted"]);
  });
});

describe("end", () => {
  const over = new AuthzError("session_ended", "over");

  it("rejects the gathered and sends none of them", async () => {
    const { batcher, requests, nextTask } = setUp();
    const gathered = outcome(batcher.ask(check("1")));
    batcher.end(over);
    nextTask();
    expect(await gathered).toBe("session_ended");
    expect(requests).toHaveLength(0);
  });

  it("rejects what is in flight at once, aborts it, and drops the late answer", async () => {
    const { batcher, requests, nextTask } = setUp();
    const inFlight = outcome(batcher.ask(check("1")));
    nextTask();
    batcher.end(over);
    expect(requests[0]?.signal.aborted).toBe(true);
    requests[0]?.resolve(allow(requests[0].entries));
    expect(await inFlight).toBe("session_ended");
  });

  it("refuses what comes after, with the first reason", async () => {
    const { batcher, requests, nextTask } = setUp();
    batcher.end(over);
    batcher.end(new AuthzError("aborted", "again"));
    await expect(batcher.ask(check("1"))).rejects.toBe(over);
    nextTask();
    expect(requests).toHaveLength(0);
  });
});

describe("schedule", () => {
  it("gets one task for a batch, and none while nothing is asked", async () => {
    const tasks: (() => void)[] = [];
    const { batcher } = setUp({
      schedule: (task) => void tasks.push(task),
      send: (entries) => Promise.resolve(allow(entries)),
    });
    expect(tasks).toHaveLength(0);
    const first = outcomes([batcher.ask(check("1")), batcher.ask(check("2"))]);
    expect(tasks).toHaveLength(1);
    tasks[0]?.();
    expect(await first).toEqual(["allowed", "allowed"]);
    const second = outcome(batcher.ask(check("3")));
    expect(tasks).toHaveLength(2);
    tasks[1]?.();
    expect(await second).toBe("allowed");
  });

  it("may run it at once", async () => {
    const sizes: number[] = [];
    const { batcher } = setUp({
      schedule: (task) => task(),
      send: (entries) => {
        sizes.push(entries.length);
        return Promise.resolve(allow(entries));
      },
    });
    expect(await outcomes([batcher.ask(check("1")), batcher.ask(check("2"))])).toEqual(["allowed", "allowed"]);
    expect(sizes).toEqual([1, 1]);
  });

  it("may throw: that check fails, and none waits for ever", async () => {
    const { schedule, nextTask } = manualSchedule();
    let faults = 2;
    const { batcher } = setUp({
      schedule: (task) => {
        if (faults-- > 0) throw new TypeError("Illegal invocation");
        schedule(task);
      },
      send: (entries) => Promise.resolve(allow(entries)),
    });
    const failed = [batcher.ask(check("1")), batcher.ask(check("2"))];
    expect(await outcomes(failed)).toEqual(["TypeError: Illegal invocation", "TypeError: Illegal invocation"]);
    const asked = outcome(batcher.ask(check("3")));
    nextTask();
    expect(await asked).toBe("allowed");
  });
});

describe("send", () => {
  it("may throw at once", async () => {
    const { batcher, nextTask } = setUp({
      send: () => {
        throw new Error("no fetch here");
      },
    });
    const decision = outcome(batcher.ask(check("1")));
    nextTask();
    expect(await decision).toBe("pdp_unavailable");
  });

  it("harms one request alone when it fails", async () => {
    const { batcher, requests, nextTask } = setUp({ limits: { maxResources: 1, maxActions: 50 } });
    const both = outcomes([batcher.ask(check("1")), batcher.ask(check("2"))]);
    nextTask();
    requests[1]?.resolve(allow(requests[1].entries));
    requests[0]?.reject({ code: 3, details: "invalid" });
    expect(await both).toEqual(["check_refused", "allowed"]);
  });
});

describe("a batcher that lives on", () => {
  it("keeps nothing of the checks that are decided", async () => {
    const { batcher, nextTask } = setUp({ send: (entries) => Promise.resolve(allow(entries)) });
    const left = await decided(batcher, nextTask);
    // A reference is good to the end of its task.
    await turn();
    collectGarbage();
    expect(left.deref()).toBeUndefined();
    await decided(batcher, nextTask);
  });
});

/** What is left of a check after it was asked and decided. */
async function decided(
  batcher: ReturnType<typeof setUp>["batcher"],
  nextTask: () => void,
): Promise<WeakRef<PreparedCheck>> {
  const asked = check("1");
  const decision = outcome(batcher.ask(asked));
  nextTask();
  expect(await decision).toBe("allowed");
  return new WeakRef(asked);
}

function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
}
