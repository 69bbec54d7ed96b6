import { type ComponentUse } from "./component-use.ts";

/**
 * Finds the components at an element: those that rendered it, otherwise those inside it without an element of their
 * own.
 */
export class UsesByElement {
  readonly #rendered = new Map<Node, ComponentUse[]>();
  /** Components that render nothing or only text, by the element around them. */
  readonly #within = new Map<Node, ComponentUse[]>();

  constructor(uses: readonly ComponentUse[]) {
    for (const use of uses) {
      const { nodes, place } = use;
      for (const node of nodes) if (node instanceof Element) add(this.#rendered, node, use);
      if (!nodes.some((node) => node instanceof Element)) add(this.#within, place.parent, use);
    }
  }

  /** Returns the components at an element, or at its nearest ancestor with components; innermost first. */
  at(element: Element | null): readonly ComponentUse[] {
    for (let node = element; node !== null; node = node.parentElement) {
      const found = this.#rendered.get(node) ?? this.#within.get(node);
      if (found) return found;
    }
    return [];
  }
}

function add(uses: Map<Node, ComponentUse[]>, node: Node | null, use: ComponentUse): void {
  if (node === null) return;
  const there = uses.get(node);
  if (there) there.push(use);
  else uses.set(node, [use]);
}
