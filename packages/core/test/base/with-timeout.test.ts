import { getEventListeners } from "node:events";
import { AuthzError } from "@kinde-cerbos/core";
import { describe, expect, it } from "vitest";
import { withTimeout } from "../../src/base/with-timeout.ts";
import { codeOf, manualTime, turn } from "../support.ts";

/** A task in time, settled by hand, that ignores its signal. */
function setUp(timeoutMs = 200) {
  const time = manualTime();
  const caller = new AbortController();
  const answer = Promise.withResolvers<string>();
  const signals: AbortSignal[] = [];
  const task = (signal: AbortSignal): Promise<string> => {
    signals.push(signal);
    return answer.promise;
  };
  const result = withTimeout(task, { signal: caller.signal, timeoutMs, timing: { ...time, random: () => 0 } });
  const settled: string[] = [];
  const outcome = result.catch(codeOf).then((text) => settled.push(text));
  /** What is left of it: timers, and listeners on the caller's signal. */
  const left = (): number => time.pending + getEventListeners(caller.signal, "abort").length;
  return { time, caller, answer, signals, settled, outcome, left };
}

describe("withTimeout", () => {
  it("gives what the task gives, and leaves nothing behind", async () => {
    const { answer, signals, settled, outcome, left } = setUp();
    expect(left()).toBe(2);
    answer.resolve("yes");
    await outcome;
    expect(settled).toEqual(["yes"]);
    expect(left()).toBe(0);
    expect(signals[0]?.aborted).toBe(false);
  });

  it("throws what the task throws, and leaves nothing behind", async () => {
    const { answer, signals, settled, outcome, left } = setUp();
    answer.reject(new AuthzError("check_refused", "no"));
    await outcome;
    expect(settled).toEqual(["check_refused"]);
    expect(left()).toBe(0);
    expect(signals[0]?.aborted).toBe(false);
  });

  it("throws what the task throws at once", async () => {
    const time = manualTime();
    const { signal } = new AbortController();
    const boom = new Error("boom");
    const task = (): never => {
      throw boom;
    };
    const timing = { ...time, random: () => 0 };
    await expect(withTimeout(task, { signal, timeoutMs: 1, timing })).rejects.toBe(boom);
    expect(time.pending).toBe(0);
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  it("starts the task before it returns", () => {
    expect(setUp().signals).toHaveLength(1);
  });

  it("fails at its time and not before, aborts the task, and drops its late answer", async () => {
    const { time, answer, signals, settled, left } = setUp(200);
    await time.advance(199);
    expect(settled).toEqual([]);
    expect(signals[0]?.aborted).toBe(false);
    await time.advance(1);
    expect(settled).toEqual(["timeout"]);
    expect(signals[0]?.aborted).toBe(true);
    expect(codeOf(signals[0]?.reason)).toBe("timeout");
    expect(left()).toBe(0);
    answer.resolve("late");
    await turn();
    expect(settled).toEqual(["timeout"]);
  });

  it("drops a late rejection", async () => {
    const { time, answer, settled } = setUp();
    await time.advance(200);
    answer.reject(new Error("late"));
    await turn();
    expect(settled).toEqual(["timeout"]);
  });

  it("fails at once when its caller leaves, aborts the task, and leaves nothing behind", async () => {
    const { caller, signals, settled, outcome, left } = setUp();
    caller.abort();
    expect(left()).toBe(0);
    expect(signals[0]?.aborted).toBe(true);
    await outcome;
    expect(settled).toEqual(["aborted"]);
  });

  it("does not start for a caller that was gone before", async () => {
    const time = manualTime();
    let started = 0;
    const task = (): Promise<void> => {
      started += 1;
      return Promise.resolve();
    };
    const signal = AbortSignal.abort(new AuthzError("session_ended", "over"));
    const timing = { ...time, random: () => 0 };
    await expect(withTimeout(task, { signal, timeoutMs: 1, timing })).rejects.toMatchObject({ code: "session_ended" });
    expect([started, time.delays.length]).toEqual([0, 0]);
  });
});
