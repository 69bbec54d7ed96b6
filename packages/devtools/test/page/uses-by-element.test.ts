import { expect, it } from "vitest";
import { type ComponentUse } from "../../src/page/component-use.ts";
import { UsesByElement } from "../../src/page/uses-by-element.ts";

function use(name: string, nodes: readonly Node[], parent: Node): ComponentUse {
  return { id: 1, name, queries: [], nodes, place: { parent, before: null }, canProps: null };
}

it("finds the components of the nearest element that has any", () => {
  document.body.innerHTML = "<main><ul><li>text <button><b>Edit</b></button></li></ul></main>";
  const [main, list, item, button, bold] = ["main", "ul", "li", "button", "b"].map((name) =>
    document.querySelector(name)!,
  );
  const uses = new UsesByElement([
    use("inner", [button!], item!),
    use("outer", [button!], item!),
    use("hidden", [], item!),
    use("text", [item!.firstChild!], item!),
    use("page", [list!], main!),
  ]);
  const at = (element: Element | undefined): readonly string[] => uses.at(element ?? null).map(({ name }) => name);
  expect(at(bold)).toEqual(["inner", "outer"]);
  expect(at(item)).toEqual(["hidden", "text"]);
  expect(at(list)).toEqual(["page"]);
  expect(at(main)).toEqual([]);
});
