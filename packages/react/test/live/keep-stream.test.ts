import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { keepStream, type KeptStreamOptions } from "../../src/live/keep-stream.ts";
import { FakeGateway } from "./fake-gateway.ts";

let gateway: FakeGateway;
let end: AbortController;

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, "random").mockReturnValue(1);
  gateway = new FakeGateway();
  end = new AbortController();
});

afterEach(() => {
  end.abort();
  vi.unstubAllGlobals();
});

/** Whether it has resolved. */
function keep(options: Partial<KeptStreamOptions>) {
  const kept = { isOver: false };
  const run = async (): Promise<void> => {
    await keepStream({
      address: gateway.address,
      signal: end.signal,
      lastEventId: () => "",
      ready: async () => {},
      token: () => "token",
      onRefused: async () => {},
      onEvent: () => {},
      onId: () => {},
      ...options,
    });
    kept.isOver = true;
  };
  void run();
  return kept;
}

describe("keepStream", () => {
  it.each([
    ["a token is about to be replaced", { ready: () => new Promise<void>(() => {}) }, null],
    ["a refused one is replaced", { onRefused: () => new Promise<void>(() => {}) }, 401],
  ])(
    "is over as soon as it is not wanted, also while %s: another tab waits for its lock",
    async (_, options, status) => {
      if (status !== null) gateway.refusal = () => new Response(null, { status });
      const kept = keep(options);
      await vi.advanceTimersByTimeAsync(1000);
      expect(kept.isOver).toBe(false);
      end.abort();
      await vi.advanceTimersByTimeAsync(0);
      expect(kept.isOver).toBe(true);
    },
  );

  it("takes no stream for a good one because the token of a refused one was long in coming", async () => {
    gateway.refusal = () => new Response(null, { status: 401 });
    keep({ onRefused: () => new Promise((resolve) => setTimeout(resolve, 10_000)) });
    await vi.advanceTimersByTimeAsync(10_000 + 4000 + 10_000 + 8000 + 10_000);
    expect(gateway.requests).toHaveLength(3);
    await vi.advanceTimersByTimeAsync(15_999);
    expect(gateway.requests).toHaveLength(3);
    await vi.advanceTimersByTimeAsync(1);
    expect(gateway.requests).toHaveLength(4);
  });
});
