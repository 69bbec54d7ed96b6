import { prepareCheck, type PreparedCheck } from "@kinde-cerbos/core";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "../../src/base/canonical-json.ts";
import { type BatchLimits, planBatch } from "../../src/batch/batch-plan.ts";
import { type PdpEntry } from "../../src/pdp/pdp.ts";

const prepare = (action: string, id: string, attr?: { [key: string]: number }): PreparedCheck =>
  prepareCheck({ action, resource: { kind: "document", id, attr } });

const plan = (checks: readonly PreparedCheck[], limits: Partial<BatchLimits> = {}) =>
  planBatch(checks, { maxResources: 50, maxActions: 50, ...limits });

const keyOf = ({ resource }: PdpEntry): string => canonicalJson(resource, "resource");

describe("planBatch", () => {
  it("plans nothing for no checks", () => {
    expect(plan([])).toEqual([]);
  });

  it("asks the same check once and answers it twice", () => {
    expect(plan([prepare("view", "1"), prepare("view", "1")])).toEqual([
      {
        entries: [{ resource: { kind: "document", id: "1", attr: {} }, actions: ["view"] }],
        answers: [
          { index: 0, row: 0 },
          { index: 1, row: 0 },
        ],
      },
    ]);
  });

  it("puts the actions of a resource into one entry, wherever they stand", () => {
    const [request, ...more] = plan([prepare("view", "1"), prepare("view", "2"), prepare("edit", "1")]);
    expect(more).toEqual([]);
    expect(request?.entries).toEqual([
      { resource: { kind: "document", id: "1", attr: {} }, actions: ["view", "edit"] },
      { resource: { kind: "document", id: "2", attr: {} }, actions: ["view"] },
    ]);
    expect(request?.answers).toEqual([
      { index: 0, row: 0 },
      { index: 2, row: 0 },
      { index: 1, row: 1 },
    ]);
  });

  it("asks two attr of one id apart", () => {
    const [request] = plan([prepare("view", "1", { a: 1 }), prepare("view", "1", { a: 2 })]);
    expect(request?.entries.map(({ resource }) => resource.attr)).toEqual([{ a: 1 }, { a: 2 }]);
  });

  it("opens another entry for a resource past the limit, and keeps what was asked in the first", () => {
    const checks = ["a", "b", "c", "a"].map((action) => prepare(action, "1"));
    const [request] = plan(checks, { maxActions: 2 });
    expect(request?.entries.map(({ actions }) => actions)).toEqual([["a", "b"], ["c"]]);
    expect(request?.answers).toContainEqual({ index: 3, row: 0 });
  });

  it("fills each request before the next", () => {
    const checks = Array.from({ length: 7 }, (_, id) => prepare("view", String(id)));
    const requests = plan(checks, { maxResources: 3 });
    expect(requests.map(({ entries }) => entries.length)).toEqual([3, 3, 1]);
    expect(requests[2]?.answers).toEqual([{ index: 6, row: 0 }]);
  });

  it("sends what was checked, whatever becomes of the caller's object", () => {
    const attr = { a: 1 };
    const check = prepareCheck({ action: "view", resource: { kind: "document", id: "1", attr } });
    attr.a = 2;
    expect(plan([check])[0]?.entries[0]?.resource.attr).toEqual({ a: 1 });
  });
});

describe("planBatch, for any checks and limits", () => {
  // Few values, so that they meet; and names that have tripped programs before.
  const name = fc.constantFrom("a", "b", "__proto__", "constructor", "é", "日本", "👩‍🚀", "a b", '"]');
  const attr = fc.constantFrom(undefined, {}, { a: 1 }, { a: 2 }, { a: 1, b: [null] }, { b: [null], a: 1 });
  const extra = fc.constantFrom(undefined, "v1");
  const check = fc
    .record({
      action: name,
      kind: fc.constantFrom("k", "l"),
      id: name,
      attr,
      scope: extra,
      policyVersion: extra,
    })
    .map(({ action, ...resource }) => prepareCheck({ action, resource }));
  const checks = fc.array(check, { maxLength: 80 });
  const limits = fc.record({
    maxResources: fc.integer({ min: 1, max: 6 }),
    maxActions: fc.integer({ min: 1, max: 4 }),
  });

  const holds = (property: (checks: PreparedCheck[], limits: BatchLimits) => void): void =>
    fc.assert(fc.property(checks, limits, property), { numRuns: 300 });

  it("answers each check once, by a row that asks it", () => {
    holds((input, limit) => {
      const answered: number[] = [];
      for (const { entries, answers } of planBatch(input, limit)) {
        for (const { index, row } of answers) {
          const entry = entries[row]!;
          expect(keyOf(entry)).toBe(input[index]!.resourceKey);
          expect(entry.actions).toContain(input[index]!.action);
          answered.push(index);
        }
      }
      expect(answered.toSorted((a, b) => a - b)).toEqual([...input.keys()]);
    });
  });

  it("asks nothing that no check asks", () => {
    holds((input, limit) => {
      const asked = new Set(input.map(({ resourceKey, action }) => JSON.stringify([resourceKey, action])));
      const sent = planBatch(input, limit).flatMap(({ entries }) =>
        entries.flatMap((entry) => entry.actions.map((action) => JSON.stringify([keyOf(entry), action]))),
      );
      expect(sent).toHaveLength(asked.size);
      expect(new Set(sent)).toEqual(asked);
    });
  });

  it("keeps the limits, and names no action twice in an entry", () => {
    holds((input, limit) => {
      for (const { entries } of planBatch(input, limit)) {
        expect(entries.length).toBeGreaterThan(0);
        expect(entries.length).toBeLessThanOrEqual(limit.maxResources);
        for (const { actions } of entries) {
          expect(actions.length).toBeGreaterThan(0);
          expect(actions.length).toBeLessThanOrEqual(limit.maxActions);
          expect(new Set(actions).size).toBe(actions.length);
        }
      }
    });
  });

  it("needs the least number of requests", () => {
    holds((input, limit) => {
      const actionsOf = Map.groupBy(input, ({ resourceKey }) => resourceKey);
      const entries = [...actionsOf.values()].map((same) =>
        Math.ceil(new Set(same.map(({ action }) => action)).size / limit.maxActions),
      );
      const least = Math.ceil(entries.reduce((sum, count) => sum + count, 0) / limit.maxResources);
      expect(planBatch(input, limit)).toHaveLength(least);
    });
  });
});
