import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { canonicalJson } from "../src/canonical-json.ts";
import { rememberedJson } from "../src/remembered-json.ts";
import { thrownBy } from "./support.ts";

/** What either makes of a value: its text, or why it has none. */
function outcome(write: () => string): string {
  try {
    return write();
  } catch (error) {
    return String(error);
  }
}

/** Values that are JSON, and some that are not. */
const VALUE = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom("", "a", "\ud800", 0, -0, 1, NaN, Infinity, true, false, null, undefined, 1n),
    fc.constantFrom({}, [], new Date(0), new Map(), () => 1, Object.create(null)),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("a", "b", "__proto__", "constructor", "toString"), tie("value"), { maxKeys: 3 }),
  ),
})).value;

describe("rememberedJson", () => {
  it("writes an object once more as canonicalJson does, whatever became of it", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom("a", "b", "c"), VALUE), { maxLength: 8 }), (changes) => {
        const attr: { [key: string]: unknown } = {};
        for (const [key, value] of changes) {
          attr[key] = value;
          expect(outcome(() => rememberedJson(attr, "attr"))).toBe(outcome(() => canonicalJson(attr, "attr")));
        }
      }),
      { numRuns: 2000 },
    );
  });

  it.each<[string, (attr: { [key: string]: unknown }) => void]>([
    ["a value", (attr) => (attr["state"] = "published")],
    ["a value that is NaN now", (attr) => (attr["count"] = NaN)],
    ["a value in an object", (attr) => Object.assign(attr["owner"] as object, { id: "bob" })],
    ["an item", (attr) => ((attr["tags"] as unknown[])[0] = "b")],
    ["an item more", (attr) => (attr["tags"] as unknown[]).push("b")],
    ["an item less", (attr) => (attr["tags"] as unknown[]).pop()],
    ["a key more", (attr) => (attr["more"] = null)],
    ["a key less", (attr) => delete attr["count"]],
    ["a key in place of another", (attr) => (delete attr["count"], (attr["counts"] = null))],
    ["a value that is undefined now", (attr) => (attr["count"] = undefined)],
    ["null for an object", (attr) => (attr["owner"] = null)],
    ["an array for an object", (attr) => (attr["none"] = [])],
    ["a Date for an object without keys", (attr) => (attr["none"] = new Date())],
    ["a class", (attr) => Object.setPrototypeOf(attr, class {}.prototype)],
  ])("notices %s that has changed", (_, change) => {
    const attr = { state: "draft", count: null, owner: { id: "alice" }, tags: ["a"], none: {} };
    const before = rememberedJson(attr, "attr");
    expect(rememberedJson(attr, "attr")).toBe(before);
    change(attr);
    expect(outcome(() => rememberedJson(attr, "attr"))).not.toBe(before);
    expect(outcome(() => rememberedJson(attr, "attr"))).toBe(outcome(() => canonicalJson(attr, "attr")));
  });

  it("remembers no object that cannot be written", () => {
    const attr: { when: unknown } = { when: new Date(0) };
    expect(thrownBy(() => rememberedJson(attr, "attr"))).toMatchObject({ code: "invalid_check" });
    expect(thrownBy(() => rememberedJson(attr, "attr"))).toMatchObject({ code: "invalid_check" });
    attr.when = "1970";
    expect(rememberedJson(attr, "attr")).toBe('{"when":"1970"}');
  });
});
