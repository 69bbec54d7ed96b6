import { describe, expect, test } from "vitest";
import { prepareCheck, resource } from "../../src/index.ts";

describe("resource", () => {
  test("is what a check takes", () => {
    const attr = { state: "draft" };
    expect(resource("document", "1", attr)).toEqual({ kind: "document", id: "1", attr });
    expect(prepareCheck({ action: "edit", resource: resource("document", "1", attr) }).resource).toMatchObject({
      kind: "document",
      id: "1",
      attr,
    });
  });

  test("has no attributes where none are given", () => {
    expect(Object.keys(resource("document", "1"))).toEqual(["kind", "id"]);
    expect(Object.keys(resource("document", "1", undefined))).toEqual(["kind", "id"]);
  });
});
