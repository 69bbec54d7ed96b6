// How long checks that suspend are held, on a machine whose speed the tests set.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Suspended } from "../../src/cache/suspended-checks.ts";

let now = 0;
let sent: string[][] = [];
let held = new Suspended<string>(() => {});

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout"] });
  vi.spyOn(performance, "now").mockImplementation(() => now);
  sent = [];
  held = new Suspended((items) => sent.push([...items]));
});
afterEach(() => {
  vi.useRealTimers();
});

const idsOf = (count: number): string[] => Array.from({ length: count }, (_, at) => `${at}`);

/** React renders components that suspend: one between two timers, and each takes this many ms. */
function render(ids: readonly string[], ms: number): void {
  for (const id of ids) {
    held.onRender();
    held.add(id);
    now += ms;
    vi.advanceTimersToNextTimer();
  }
}

/** React has nothing to render. */
function pause(): void {
  for (let turn = 0; turn < 3; turn += 1) vi.advanceTimersToNextTimer();
}

it("sent once no component has rendered for a moment", () => {
  render(idsOf(3), 1);
  expect(sent).toEqual([]);
  pause();
  expect(sent).toEqual([idsOf(3)]);
});

it("held while React renders anew what it had before it comes to the last one, however slow that is", () => {
  const ids = idsOf(20);
  render(ids.slice(0, 19), 60);
  render(ids, 60);
  expect(sent).toEqual([]);
  pause();
  expect(sent).toEqual([ids]);
});

it("sent after half a second if one renders again and again, as in an animation", () => {
  for (let frame = 0; frame < 31; frame += 1) render(["1"], 16);
  expect(sent).toEqual([]);
  render(["1"], 16);
  expect(sent).toEqual([["1"]]);
});

it("sent after four more renders of each if those take longer than half a second", () => {
  for (let pass = 0; pass < 5; pass += 1) render(["1", "2"], 300);
  expect(sent).toEqual([]);
  render(["1"], 300);
  expect(sent).toEqual([["1", "2"]]);
});

it("sent after five seconds, however many there are, if one renders again and again", () => {
  render(idsOf(300), 1);
  for (let frame = 0; frame < 310; frame += 1) render(["1"], 16);
  expect(sent).toEqual([]);
  for (let frame = 0; frame < 3; frame += 1) render(["1"], 16);
  expect(sent).toEqual([idsOf(300)]);
});
