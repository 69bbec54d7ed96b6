import { getEventListeners } from "node:events";
import { AuthzError, type AuthzErrorCode } from "@kinde-cerbos/core";
import { describe, expect, it } from "vitest";
import { withRetries } from "../../src/base/retries.ts";
import { authzErrorFromPdp } from "../../src/pdp/pdp.ts";
import { codeOf, manualTime, turn } from "../support.ts";

/** A call whose attempts end as told, the last ending again and again. */
function setUp(ends: readonly unknown[], random: readonly number[] = []) {
  const time = manualTime();
  const caller = new AbortController();
  let attempts = 0;
  let drawn = 0;
  const attempt = (): Promise<unknown> => {
    const end = ends[Math.min(attempts, ends.length - 1)];
    attempts += 1;
    return end instanceof Error || (typeof end === "object" && end !== null)
      ? Promise.reject(authzErrorFromPdp(end))
      : Promise.resolve(end);
  };
  const timing = { ...time, random: () => random[drawn++] ?? 0 };
  const settled: unknown[] = [];
  const outcome = withRetries(attempt, caller.signal, timing)
    .catch(codeOf)
    .then((end) => settled.push(end));
  const left = (): number => time.pending + getEventListeners(caller.signal, "abort").length;
  return { time, caller, settled, outcome, left, attempts: () => attempts };
}

const unavailable = new AuthzError("pdp_unavailable", "down");
const later = (retryAfterMs: number) => new AuthzError("pdp_unavailable", "busy", { retryAfterMs });

describe("promise 9: retries are for faults that pass", () => {
  it.each<[string, unknown, string]>([
    ["a PDP that is down", unavailable, "pdp_unavailable"],
    ["no answer in time", new AuthzError("timeout", "late"), "timeout"],
    ["status 4", { code: 4, details: "deadline exceeded" }, "timeout"],
    ["too many requests", { code: 8, details: "too many requests" }, "pdp_unavailable"],
    ["an error of the PDP", { code: 13, details: "internal" }, "pdp_unavailable"],
    ["status 14", { code: 14, details: "unavailable" }, "pdp_unavailable"],
    ["a network that fails", new TypeError("Failed to fetch"), "pdp_unavailable"],
  ])("%s: three attempts", async (_, fault, code) => {
    const { time, settled, attempts, left } = setUp([fault]);
    await time.advance(600);
    expect(settled).toEqual([code]);
    expect(attempts()).toBe(3);
    expect(left()).toBe(0);
  });

  it.each<AuthzErrorCode>([
    "check_refused",
    "request_refused",
    "token_refused",
    "malformed_response",
    "aborted",
    "session_expired",
    "session_ended",
    "invalid_check",
  ])("%s: one attempt", async (code) => {
    const { time, settled, attempts } = setUp([new AuthzError(code, "no")]);
    await turn();
    expect(settled).toEqual([code]);
    expect(attempts()).toBe(1);
    expect(time.delays).toEqual([]);
  });

  it("ends with the first answer", async () => {
    const { time, settled, attempts } = setUp([unavailable, "answer"]);
    await time.advance(600);
    expect(settled).toEqual(["answer"]);
    expect(attempts()).toBe(2);
  });

  it("ends with the first refusal", async () => {
    const { time, settled, attempts } = setUp([unavailable, new AuthzError("check_refused", "no"), "answer"]);
    await time.advance(600);
    expect(settled).toEqual(["check_refused"]);
    expect(attempts()).toBe(2);
  });

  it("waits for a random part of 200 and then of 400 ms", async () => {
    const { time, attempts } = setUp([unavailable], [0.25, 0.5]);
    await time.advance(49);
    expect(attempts()).toBe(1);
    await time.advance(1);
    expect(attempts()).toBe(2);
    await time.advance(199);
    expect(attempts()).toBe(2);
    await time.advance(1);
    expect(attempts()).toBe(3);
    expect(time.delays).toEqual([50, 200]);
  });

  it("waits as long as it was told to, and the random part on top", async () => {
    const { time, attempts } = setUp([later(3000), unavailable], [0.5, 0.5]);
    await time.advance(3099);
    expect(attempts()).toBe(1);
    await time.advance(1);
    expect(attempts()).toBe(2);
    await time.advance(200);
    expect(time.delays).toEqual([3100, 200]);
  });

  it.each([
    [10_000, 3],
    [10_001, 1],
    [Infinity, 1],
  ])("told to wait for %d ms: %i attempts", async (retryAfterMs, expected) => {
    const { time, settled, attempts } = setUp([later(retryAfterMs)]);
    await time.advance(20_000);
    expect(settled).toEqual(["pdp_unavailable"]);
    expect(attempts()).toBe(expected);
  });

  it("ends at once when its caller leaves while it waits, and leaves nothing behind", async () => {
    const { caller, settled, attempts, left } = setUp([unavailable]);
    await turn();
    expect(left()).toBe(2);
    caller.abort();
    expect(left()).toBe(0);
    await turn();
    expect(settled).toEqual(["aborted"]);
    expect(attempts()).toBe(1);
  });

  it("makes no attempt for a caller that was gone before", async () => {
    let attempts = 0;
    const attempt = (): Promise<void> => {
      attempts += 1;
      return Promise.resolve();
    };
    const timing = { ...manualTime(), random: () => 0 };
    const gone = withRetries(attempt, AbortSignal.abort(), timing);
    await expect(gone).rejects.toMatchObject({ code: "aborted" });
    expect(attempts).toBe(0);
  });

  it("makes no further attempt for a caller that has left during one", async () => {
    const caller = new AbortController();
    let attempts = 0;
    const time = manualTime();
    const leaving = withRetries(
      () => {
        attempts += 1;
        caller.abort();
        return Promise.reject(unavailable);
      },
      caller.signal,
      { ...time, random: () => 0 },
    );
    await expect(leaving).rejects.toMatchObject({ code: "aborted" });
    expect([attempts, time.pending]).toEqual([1, 0]);
  });
});
