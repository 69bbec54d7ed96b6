import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { prepareCheck, type Resource } from "../../src/check/check.ts";
import { isSameResource } from "../../src/check/same-resource.ts";

const keyOf = (resource: Resource | string): string => prepareCheck({ action: "view", resource }).resourceKey;
/** As a cache keeps it. */
const known = (resource: Resource | string): Resource => JSON.parse(keyOf(resource));

const value = fc.jsonValue({ maxDepth: 2, noUnicodeString: true });

const resources: fc.Arbitrary<Resource> = fc.record(
  {
    kind: fc.constantFrom("document", "folder"),
    id: fc.constantFrom("1", "new"),
    attr: fc.option(
      fc.dictionary(
        fc.constantFrom("a", "b", "__proto__"),
        fc.option(fc.oneof(value, fc.constantFrom(0, -0, "a", [], {}, ["a"], { a: 1 })), { nil: undefined }),
        { maxKeys: 2 },
      ),
      {
        nil: undefined,
      },
    ),
    scope: fc.constantFrom(undefined, "", "acme"),
  },
  { requiredKeys: ["kind", "id"] },
);

describe("isSameResource", () => {
  it("says of any two resources what their canonical JSON says", () => {
    fc.assert(
      fc.property(resources, resources, (one, other) => {
        expect(isSameResource(one, known(one))).toBe(true);
        expect(isSameResource(structuredClone(one), known(one))).toBe(true);
        expect(isSameResource(one, known(other))).toBe(keyOf(one) === keyOf(other));
      }),
    );
  });

  it("takes a kind alone for one that does not exist yet", () => {
    expect(isSameResource("document", known("document"))).toBe(true);
    expect(isSameResource("document", known({ kind: "document", id: "1" }))).toBe(false);
  });

  it.each([
    ["nothing", undefined],
    ["null", null],
    ["a number for an id", { kind: "document", id: 1 }],
    ["null for attributes", { kind: "document", id: "1", attr: null }],
    ["a list for attributes", { kind: "document", id: "1", attr: [] }],
    ["a date in the place of an empty object", { kind: "document", id: "1", attr: new Date(0) }],
    ["an attribute more", { kind: "document", id: "1", attr: { more: 1 } }],
  ])("is false for what is no such resource: %s", (_, given) => {
    // @ts-expect-error -- what untyped callers pass
    expect(isSameResource(given, known({ kind: "document", id: "1" }))).toBe(false);
  });

  it("is false once the caller has changed its object", () => {
    const attr = { tags: ["a"] };
    const resource = { kind: "document", id: "1", attr };
    const kept = known(resource);
    attr.tags.push("b");
    expect(isSameResource(resource, kept)).toBe(false);
  });
});
