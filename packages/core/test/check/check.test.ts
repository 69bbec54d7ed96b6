import { type Check, prepareCheck, type Resource } from "@kinde-cerbos/core";
import { describe, expect, it } from "vitest";
import { thrownBy } from "../support.ts";

const keyOf = (resource: Resource | string): string => prepareCheck({ action: "view", resource }).resourceKey;

/** Prepares a check as JavaScript or a loose type may hold it. */
const prepareLoose = (check: unknown): unknown =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the wrong types are what is tested
  prepareCheck(check as Check);

const document = { kind: "document", id: "1" };

describe("prepareCheck", () => {
  it("takes a kind alone for a resource that does not exist yet", () => {
    expect(prepareCheck({ action: "create", resource: "document" })).toEqual({
      action: "create",
      resource: { kind: "document", id: "new", attr: {} },
      resourceKey: '{"attr":{},"id":"new","kind":"document"}',
    });
  });

  it("gives identical resources one key", () => {
    const key = keyOf({ ...document, attr: { owner: "alice", lines: [{ a: 1, b: 2 }] } });
    expect(keyOf({ attr: { lines: [{ b: 2, a: 1 }], owner: "alice" }, id: "1", kind: "document" })).toBe(key);
    expect(keyOf({ ...document, attr: {} })).toBe(keyOf(document));
    expect(keyOf({ ...document, attr: undefined, scope: undefined })).toBe(keyOf(document));
  });

  it("gives other resources another key", () => {
    const others: Resource[] = [
      document,
      { ...document, id: "2" },
      { ...document, kind: "folder" },
      { ...document, attr: { owner: "alice" } },
      { ...document, attr: { owner: "bob" } },
      { ...document, attr: { owner: null } },
      { ...document, scope: "acme" },
      { ...document, scope: "" },
      { ...document, policyVersion: "acme" },
    ];
    expect(new Set(others.map(keyOf)).size).toBe(others.length);
  });

  it("keeps what it prepared, whatever becomes of the caller's object", () => {
    const resource = { kind: "document", id: "1" };
    const prepared = prepareCheck({ action: "view", resource });
    resource.id = "2";
    expect(prepared.resource.id).toBe("1");
  });

  it("a check that was prepared already is not looked at again, and asks for what it was then", () => {
    const attr = { state: "draft" };
    const prepared = prepareCheck({ action: "view", resource: { kind: "document", id: "1", attr } });
    attr.state = "published";
    expect(prepareCheck(prepared)).toBe(prepared);
    expect(prepared.resourceKey).toContain("draft");
    expect(prepareCheck({ ...prepared }).resourceKey).toContain("draft");
    expect(() => Object.assign(prepared.resource.attr, { state: "published" })).toThrow(TypeError);
    expect(() => Object.assign(prepared, { resourceKey: "{}" })).toThrow(TypeError);
  });

  it("reads a resource that is an instance of the app's own class", () => {
    class Document {
      readonly kind = "document";
      get id(): string {
        return "1";
      }
    }
    expect(prepareCheck({ action: "view", resource: new Document() })).toMatchObject({
      resource: document,
      resourceKey: keyOf(document),
    });
  });

  it.each([
    ["no action", { resource: document }, 'The check on kind "document" has no action: it is undefined'],
    ["an empty action", { action: "", resource: document }, "has no action: it is empty"],
    [
      "an action of another type",
      { action: 1, resource: document },
      "has no action: it is of type number. It must be a string.",
    ],
    [
      "an array of actions",
      { action: ["view"], resource: document },
      "has no action: it is an array. It must be a string.",
    ],
    ["no resource", { action: "view" }, 'The check of "view" has no resource: it is undefined'],
    ["null for a resource", { action: "view", resource: null }, "has no resource: it is null"],
    ["no kind", { action: "view", resource: { id: "1" } }, "has no resource.kind: it is undefined"],
    [
      "a kind of another type",
      { action: "view", resource: { kind: 7, id: "1" } },
      "resource.kind: it is of type number. It must be a string.",
    ],
    ["an empty kind", { action: "view", resource: "" }, "has no resource.kind: it is empty"],
    [
      "no id",
      { action: "view", resource: { kind: "document" } },
      'The check of "view" on kind "document" has no resource.id: it is undefined',
    ],
    ["an empty id", { action: "view", resource: { kind: "document", id: "" } }, "has no resource.id: it is empty"],
    [
      "an id of another type",
      { action: "view", resource: { kind: "document", id: 1 } },
      "no resource.id: it is of type number. It must be a string. Write String(id).",
    ],
    [
      "a BigInt for an id",
      { action: "view", resource: { kind: "document", id: 9007199254740993n } },
      'The check of "view" on kind "document" has no resource.id: it is of type bigint. It must be a string. ' +
        "Write String(id).",
    ],
    [
      "an id that is an object",
      { action: "view", resource: { kind: "document", id: {} } },
      "no resource.id: it is of type object. It must be a string.",
    ],
    [
      "an id that is not loaded",
      { action: "view", resource: { kind: "document", id: undefined } },
      "no resource.id: it is undefined. Check once the resource is loaded, or pass only its kind if it is new.",
    ],
    [
      "null for attr",
      { action: "view", resource: { ...document, attr: null } },
      "resource.attr that is no object: it is null",
    ],
    [
      "a list for attr",
      { action: "view", resource: { ...document, attr: [] } },
      "resource.attr that is no object: it is an array",
    ],
    [
      "a number for scope",
      { action: "view", resource: { ...document, scope: 1 } },
      "resource.scope that is no string: it is of type number.",
    ],
    [
      "null for policyVersion",
      { action: "view", resource: { ...document, policyVersion: null } },
      "resource.policyVersion that is no string: it is null",
    ],
  ])("refuses %s, and says which", (_, check, message) => {
    expect(thrownBy(() => prepareLoose(check))).toMatchObject({
      code: "invalid_check",
      message: expect.stringContaining(message),
    });
  });
});

describe("promise 12: attributes that are not JSON are refused with the path", () => {
  const cycle: { [key: string]: unknown } = { name: "a" };
  cycle["self"] = { again: [cycle] };

  class Money {
    readonly amount = 1;
  }

  it.each<[string, unknown, string]>([
    ["NaN", { lines: [{}, {}, { price: Number.NaN }] }, "resource.attr.lines[2].price is not JSON: NaN."],
    ["Infinity", { price: -Infinity }, "resource.attr.price is not JSON: -Infinity."],
    ["a cycle", cycle, "resource.attr.self.again[0] is not JSON: a cycle."],
    ["a BigInt", { price: 1n }, "resource.attr.price is not JSON: a BigInt."],
    ["a function", { price: () => 1 }, "resource.attr.price is not JSON: function."],
    ["a symbol", { price: Symbol("s") }, "resource.attr.price is not JSON: symbol."],
    ["a Date", { at: new Date(0) }, "resource.attr.at is not JSON: an instance of Date."],
    ["a Map", { prices: new Map() }, "resource.attr.prices is not JSON: an instance of Map."],
    ["a boxed string", { name: Object("a") }, "resource.attr.name is not JSON: an instance of String."],
    ["a class instance", { price: new Money() }, "resource.attr.price is not JSON: an instance of Money."],
    ["a Date for attr itself", new Date(0), "resource.attr is not JSON: an instance of Date."],
    ["half a surrogate pair", { name: "a\uD800b" }, "resource.attr.name is not JSON: a string with half"],
    ["half a pair in a key", { nested: { "\uDC00": 1 } }, "resource.attr.nested is not JSON: a string with half"],
    ["undefined in an array", { lines: [1, undefined] }, "resource.attr.lines[1] is not JSON: undefined."],
    ["a sparse array", { lines: Object.assign([], { 2: 1 }) }, "resource.attr.lines[0] is not JSON: undefined."],
    ["too deep a value", { lines: deep(64) }, `resource.attr.lines${".a".repeat(62)} is not JSON: nested deeper`],
  ])("%s", (_, attr, message) => {
    expect(thrownBy(() => prepareLoose({ action: "view", resource: { ...document, attr } }))).toMatchObject({
      code: "invalid_check",
      message: expect.stringContaining(message),
    });
  });

  it("half a surrogate pair in a name", () => {
    const half = "\uD800";
    expect(thrownBy(() => prepareCheck({ action: half, resource: document }))).toMatchObject({
      code: "invalid_check",
      message: expect.stringContaining("action is not JSON: a string with half"),
    });
    expect(thrownBy(() => keyOf({ kind: "document", id: half }))).toMatchObject({
      code: "invalid_check",
      message: expect.stringContaining("resource.id is not JSON: a string with half"),
    });
  });

  it("but pairs, undefined properties and shared values are fine", () => {
    const owner = { id: "alice" };
    const attr = { name: "👩‍🚀", note: undefined, owner, reviewers: [owner, owner] };
    expect(JSON.parse(keyOf({ ...document, attr })).attr).toEqual({
      name: "👩‍🚀",
      owner,
      reviewers: [owner, owner],
    });
  });
});

function deep(levels: number): unknown {
  return levels === 0 ? 1 : { a: deep(levels - 1) };
}
