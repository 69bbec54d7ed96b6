import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { peakOf, perWindow, simulateDelays } from "../run/live/request-rate.ts";
import { spreadChart } from "../run/live/spread-chart.ts";

describe("10,000 open pages after one event", () => {
  const delays = simulateDelays(10_000);

  it("send no more than 1 in 100 requests within any 100 ms", () => {
    expect(delays).toHaveLength(10_000);
    expect(peakOf(delays)).toBeLessThanOrEqual(100);
  });

  it("use the whole time of 20 s, and no more", () => {
    const counts = perWindow(delays);
    expect(counts).toHaveLength(200);
    expect(Math.min(...counts)).toBeGreaterThan(0);
  });

  it("come all at once without spread", () => {
    expect(perWindow(simulateDelays(10_000, 0))).toEqual([10_000]);
  });
});

describe("the longest spread", () => {
  it("is a minute, however many pages there are", () => {
    expect(perWindow(simulateDelays(100_000))).toHaveLength(600);
  });
});

describe("counts", () => {
  it("are of windows of 100 ms, those with nothing too", () => {
    expect(perWindow([0, 99, 100, 350])).toEqual([2, 1, 0, 1]);
    expect(perWindow([])).toEqual([0]);
  });

  it("find the fullest window wherever it begins", () => {
    expect(peakOf([0, 60, 120, 150, 159, 300])).toBe(4);
    expect(peakOf([0, 100])).toBe(1);
    expect(peakOf([])).toBe(0);
  });
});

describe("the picture in the docs", () => {
  it("is of the spread as it is", () => {
    const file = new URL("../../../docs/public/live-spread.svg", import.meta.url);
    expect(readFileSync(file, "utf8")).toBe(spreadChart());
  });
});
