// @vitest-environment node
import { afterEach, expect, it, vi } from "vitest";
import { createDelay } from "../../src/what-if/delay.ts";

afterEach(() => void vi.useRealTimers());

it("shares one timer in a task, and starts another one later", async () => {
  vi.useFakeTimers();
  const delay = createDelay();
  const ended: string[] = [];
  for (const name of ["first", "second"]) void delay(100).then(() => ended.push(name));
  // One timer for the delay, and one for the end of its task.
  expect(vi.getTimerCount()).toBe(2);
  await vi.advanceTimersByTimeAsync(50);
  void delay(100).then(() => ended.push("later"));
  await vi.advanceTimersByTimeAsync(50);
  expect(ended).toEqual(["first", "second"]);
  await vi.advanceTimersByTimeAsync(50);
  expect(ended).toEqual(["first", "second", "later"]);
});
