import { queriesIn } from "@kinde-cerbos/react/internal";
import { Can } from "@kinde-cerbos/react/source";
import { nameOf, namesAround } from "./component-name.ts";
import { type Fiber, fieldOf, hooksOf, treesIn } from "./fiber.ts";

/** A component on the page that uses decisions. */
export interface ComponentUse {
  /** Stays the same as long as the component is mounted. */
  readonly id: number;
  /** Its name and those of the nearest around it, the innermost last: `DocumentRow › Can`. */
  readonly name: string;
  /** Hashes of the queries that it shows. */
  readonly queries: readonly string[];
  /** Its elements and texts; empty if it renders nothing. */
  readonly nodes: readonly Node[];
  readonly place: Place;
  /** The props of a `<Can>`; `null` for another component. */
  readonly canProps: unknown;
}

/** Where a component is on the page, also if it renders nothing. */
export interface Place {
  /** The element around it. */
  readonly parent: Node | null;
  /** The element before it in the same parent, or the text, if that is more than space. */
  readonly before: Node | null;
}

/** Where the walk is. */
interface Walk {
  readonly parent: Node | null;
  before: Node | null;
}

/**
 * The components on the page that use decisions, each after those inside of it. `null` if React's tree is not as it
 * should be: then nothing is known.
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

/** Visits fibers beside each other. Returns the nearest nodes of the page in them. */
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

/** Where a root or a portal renders; `null` for anything else. */
function containerOf({ stateNode }: Fiber): Node | null {
  const container = fieldOf(stateNode, "containerInfo");
  return container instanceof Node ? container : null;
}

/** The hashes of the queries that a component shows; `null` if it has none of our hooks. */
function queriesOf(fiber: Fiber): readonly string[] | null {
  let found: readonly string[] | null = null;
  for (const kept of hooksOf(fiber)) {
    // The app's own hooks keep anything there, also what must not be touched: a ref is an object with a value.
    const ref = Object.getOwnPropertyDescriptor(Object(kept), "current");
    const queries = queriesIn(ref?.value);
    if (queries) found = [...(found ?? []), ...queries];
  }
  return found;
}

const ids = new WeakMap<Fiber, number>();
let lastId = 0;

/** A component has two fibers, which React uses by turns. */
function idOf(fiber: Fiber): number {
  const { alternate } = fiber;
  const id = ids.get(fiber) ?? (alternate && ids.get(alternate)) ?? (lastId += 1);
  ids.set(fiber, id);
  return id;
}
