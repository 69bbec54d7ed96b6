import { queriesIn } from "@kinde-cerbos/react/internal";
import { Can } from "@kinde-cerbos/react/source";
import { nameOf, namesAround } from "./component-name.ts";
import { type Fiber, fieldOf, hooksOf, treesIn } from "./fiber.ts";

/** A component on the page that uses decisions. */
export interface ComponentUse {
  /** Stays the same while the component is mounted. */
  readonly id: number;
  /** The names of the nearest surrounding components and its own name, innermost last: `DocumentRow › Can`. */
  readonly name: string;
  /** Hashes of the queries that it uses. */
  readonly queries: readonly string[];
  /** Its elements and text nodes; empty if it renders nothing. */
  readonly nodes: readonly Node[];
  readonly place: Place;
  /** The props of a `<Can>`; `null` for another component. */
  readonly canProps: unknown;
}

/** The position of a component on the page, also if it renders nothing. */
export interface Place {
  /** The element that contains it. */
  readonly parent: Node | null;
  /** The element before it in the same parent, or the text node, if that is not only white space. */
  readonly before: Node | null;
}

/** The current position of the tree walk. */
interface Walk {
  readonly parent: Node | null;
  before: Node | null;
}

/**
 * Returns the components on the page that use decisions, inner ones first. `null` if React's tree has an unknown
 * structure.
 */
export function componentUsesIn(document: Document): readonly ComponentUse[] | null {
  try {
    const trees = treesIn(document);
    if (trees.length === 0) return null;
    const uses: ComponentUse[] = [];
    for (const tree of trees) {
      visitAll(tree.child, { parent: containerOf(tree), before: null }, [], uses);
    }
    return uses;
  } catch {
    return null;
  }
}

/** Visits a fiber and its siblings. Returns their outermost DOM nodes. */
function visitAll(first: Fiber | null, walk: Walk, names: readonly string[], uses: ComponentUse[]): readonly Node[] {
  const nodes: Node[] = [];
  for (let fiber = first; fiber !== null; fiber = fiber.sibling) {
    for (const node of visit(fiber, walk, names, uses)) nodes.push(node);
  }
  return nodes;
}

function visit(fiber: Fiber, walk: Walk, names: readonly string[], uses: ComponentUse[]): readonly Node[] {
  const { type, stateNode, child } = fiber;
  if (stateNode instanceof Node) {
    visitAll(child, { parent: stateNode, before: null }, names, uses);
    if (stateNode instanceof Element || stateNode.textContent?.trim()) walk.before = stateNode;
    return [stateNode];
  }
  const container = containerOf(fiber);
  if (container) return visitAll(child, { parent: container, before: null }, names, uses);
  const place: Place = { ...walk };
  const nodes = visitAll(child, walk, namesAround(names, type), uses);
  const queries = queriesOf(fiber);
  if (queries) {
    const name = [...names, nameOf(type) ?? "Anonymous"].join(" › ");
    const canProps = type === Can ? fiber.memoizedProps : null;
    uses.push({ id: idOf(fiber), name, queries, nodes, place, canProps });
  }
  return nodes;
}

/** Returns the container of a root or portal; `null` for anything else. */
function containerOf({ stateNode }: Fiber): Node | null {
  const container = fieldOf(stateNode, "containerInfo");
  return container instanceof Node ? container : null;
}

/** Returns the hashes of the queries that a component uses; `null` if it has none of this SDK's hooks. */
function queriesOf(fiber: Fiber): readonly string[] | null {
  let found: readonly string[] | null = null;
  for (const kept of hooksOf(fiber)) {
    // The state of the app's own hooks can be anything, including getters that must not run. A ref is an object with a
    // plain value.
    const ref = Object.getOwnPropertyDescriptor(Object(kept), "current");
    const queries = queriesIn(ref?.value);
    if (queries) found = [...(found ?? []), ...queries];
  }
  return found;
}

const ids = new WeakMap<Fiber, number>();
let lastId = 0;

/** Returns the id of a component. It has two fibers, which React uses alternately. */
function idOf(fiber: Fiber): number {
  const { alternate } = fiber;
  const id = ids.get(fiber) ?? (alternate && ids.get(alternate)) ?? (lastId += 1);
  ids.set(fiber, id);
  return id;
}
