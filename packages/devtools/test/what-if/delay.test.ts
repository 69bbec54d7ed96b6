// @vitest-environment node
import { afterEach, expect, it, vi } from "vitest";
import { createDelay } from "../../src/what-if/delay.ts";

afterEach(() => void vi.useRealTimers());

it("is one timer for all who begin to wait in a task, and another one later", async () => {
  vi.useFakeTimers();
  const delay = createDelay();
  const ended: string[] = [];
  for (const name of ["first", "second"]) void delay(100).then(() => ended.push(name));
  // The delay, and what ends its task.
  expect(vi.getTimerCount()).toBe(2);
  await vi.advanceTimersByTimeAsync(50);
  void delay(100).then(() => ended.push("later"));
  await vi.advanceTimersByTimeAsync(50);
  expect(ended).toEqual(["first", "second"]);
  await vi.advanceTimersByTimeAsync(50);
  expect(ended).toEqual(["first", "second", "later"]);
});
