import { runInNewContext } from "node:vm";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "../../src/base/canonical-json.ts";
import { thrownBy } from "../support.ts";

/** The same value with the keys of all its objects in another order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, item]) => [key, reversed(item)]),
  );
}

describe("canonicalJson", () => {
  it("refuses what cannot be read, and says why in the cause", () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const lazy = {
      get owner(): string {
        throw new Error("not loaded");
      },
    };
    expect(thrownBy(() => canonicalJson({ lazy }, "attr"))).toMatchObject({
      code: "invalid_check",
      message: expect.stringContaining("attr cannot be read"),
      cause: { message: "not loaded" },
    });
    for (const value of [
      proxy,
      { proxy },
      [proxy],
      {
        get constructor() {
          return lazy.owner;
        },
        __proto__: new Map(),
      },
    ]) {
      expect(thrownBy(() => canonicalJson(value, "session", "invalid_claims"))).toMatchObject({
        code: "invalid_claims",
      });
    }
  });

  it("says of a name that is no text in what it is, and not beside", () => {
    expect(thrownBy(() => canonicalJson({ owner: { id: 1, "\uD800": 2 } }, "attr"))).toMatchObject({
      message: expect.stringContaining("attr.owner is not JSON"),
    });
  });

  it("looks at each value once: what it was then is what is written", () => {
    let looks = 0;
    const fickle = {
      get owner(): unknown {
        return looks++ === 0 ? "alice" : undefined;
      },
    };
    expect(canonicalJson({ fickle }, "attr")).toBe('{"fickle":{"owner":"alice"}}');
  });

  it("writes -0 as what it is equal to, and nothing of what is not enumerable", () => {
    const attr = { [Symbol("s")]: 1, n: [-0, 0] };
    expect(canonicalJson(Object.defineProperty(attr, "hidden", { value: 1 }), "attr")).toBe('{"n":[0,0]}');
  });

  it("sorts keys at every depth, by code unit", () => {
    expect(canonicalJson({ b: [{ d: 1, c: 2 }], a: "x", B: null }, "attr")).toBe(
      '{"B":null,"a":"x","b":[{"c":2,"d":1}]}',
    );
  });

  it("writes equal values equally, and other values otherwise", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        const text = canonicalJson(one, "attr");
        expect(text).toBe(canonicalJson(reversed(one), "attr"));
        expect(text === canonicalJson(other, "attr")).toBe(
          JSON.stringify(sorted(one)) === JSON.stringify(sorted(other)),
        );
      }),
    );
  });

  it("writes JSON that parses to the value", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value, "attr"))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it("leaves out undefined properties", () => {
    expect(canonicalJson({ a: undefined, b: 1 }, "attr")).toBe('{"b":1}');
  });

  it("keeps keys that objects inherit, as data", () => {
    const text = '{"__proto__":{"admin":true},"constructor":1,"toString":2}';
    expect(canonicalJson(JSON.parse(text), "attr")).toBe(text);
  });

  it("accepts a value that stands in two places", () => {
    const shared = { a: [1] };
    expect(canonicalJson([shared, shared, { shared }], "attr")).toBe('[{"a":[1]},{"a":[1]},{"shared":{"a":[1]}}]');
  });

  it("accepts frozen objects, objects without a prototype, and those of another realm", () => {
    expect(canonicalJson(Object.freeze({ a: 1 }), "attr")).toBe('{"a":1}');
    expect(canonicalJson(Object.assign(Object.create(null), { a: 1 }), "attr")).toBe('{"a":1}');
    expect(canonicalJson(runInNewContext("({ a: [1] })"), "attr")).toBe('{"a":[1]}');
  });

  it("accepts 64 levels and refuses the next", () => {
    const nested = (levels: number): unknown => (levels === 0 ? 1 : [nested(levels - 1)]);
    expect(canonicalJson(nested(64), "attr")).toContain("1");
    expect(thrownBy(() => canonicalJson(nested(65), "attr"))).toMatchObject({
      code: "invalid_check",
      message: expect.stringContaining(`attr${"[0]".repeat(64)} is not JSON: nested deeper than 64 levels.`),
    });
  });
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  // As pairs: an object would put the keys that look like numbers first.
  return { pairs: entries.map(([key, item]) => [key, sorted(item)]) };
}
