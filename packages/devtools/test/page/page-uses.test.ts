import { expect, it } from "vitest";
import { type ComponentUse } from "../../src/page/component-use.ts";
import { PageUses } from "../../src/page/page-uses.ts";

function use(id: number, ...queries: readonly string[]): ComponentUse {
  return { id, name: "Row", queries, nodes: [], place: { parent: null, before: null }, canProps: null };
}

it("PageUses finds components by a query, each once, and queries by components", () => {
  const [one, two, three] = [use(1, "a", "a"), use(2, "a", "b"), use(3, "c")];
  const uses = new PageUses([one, two, three]);
  expect(uses.of("a")).toEqual([one, two]);
  expect(uses.of("d")).toEqual([]);
  expect(uses.of(null)).toEqual([]);
  expect([...uses.queriesOf([2, 3, 4])]).toEqual(["a", "b", "c"]);
});
