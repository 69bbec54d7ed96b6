import { type ComponentUse } from "./component-use.ts";

/**
 * Scrolls a component into view, or its position if it renders nothing. Returns whether there was anything to scroll
 * to.
 */
export function showOnPage({ nodes, place }: ComponentUse): boolean {
  const [first] = [...nodes, place.before, place.parent].flatMap((node) => elementOf(node) ?? []);
  first?.scrollIntoView({ block: "center", inline: "nearest" });
  return first !== undefined;
}

function elementOf(node: Node | null): Element | null {
  return node instanceof Element ? node : (node?.parentElement ?? null);
}
