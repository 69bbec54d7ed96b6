/** What is read of React's own tree. It is not public API: each part is looked at before it is used. */
export interface Fiber {
  /** A component, the name of an element, or something of React's own. */
  readonly type: unknown;
  /** The element, for one; an object with the container, for a root and a portal. */
  readonly stateNode: unknown;
  /** Of a component that is a function, its first hook; of a class, its state. */
  readonly memoizedState: unknown;
  readonly memoizedProps: unknown;
  readonly child: Fiber | null;
  readonly sibling: Fiber | null;
  /** The same component in the tree that React renders next. */
  readonly alternate: Fiber | null;
}

/** The start of the name under which React keeps the tree of a root at its container. */
const CONTAINER_KEY = "__reactContainer$";

/** The trees that React shows in a document now, in React 18 and 19. */
export function treesIn(document: Document): readonly Fiber[] {
  return [document, ...document.querySelectorAll("*")].flatMap((node) => treeOf(node) ?? []);
}

function treeOf(node: Node): Fiber | null {
  const key = Object.keys(node).find((name) => name.startsWith(CONTAINER_KEY));
  if (key === undefined) return null;
  // The fiber that is kept there may be one that is not shown: the root knows which is.
  const current = fieldOf(fieldOf(fieldOf(node, key), "stateNode"), "current");
  return isFiber(current) ? current : null;
}

/** A property of an object or a function; `undefined` if it has none, or is something else. */
export function fieldOf(value: unknown, name: string): unknown {
  const hasFields = typeof value === "function" || (typeof value === "object" && value !== null);
  return hasFields ? Reflect.get(value, name) : undefined;
}

/** Whether it looks like a fiber, as each of those that React links it to then is one. */
function isFiber(value: unknown): value is Fiber {
  return (
    typeof value === "object" &&
    value !== null &&
    ["type", "stateNode", "memoizedState", "memoizedProps", "child", "sibling", "alternate"].every(
      (name) => name in value,
    )
  );
}

/** What the hooks of a component keep, in their order. */
export function* hooksOf({ memoizedState }: Fiber): Generator {
  let hook = memoizedState;
  while (typeof hook === "object" && hook !== null && "memoizedState" in hook && "next" in hook) {
    yield hook.memoizedState;
    hook = hook.next;
  }
}

/** The function of a component, also of one in `memo` or `forwardRef`; `null` if it is something else. */
export function componentOf(type: unknown): ((...args: readonly never[]) => unknown) | null {
  if (isFunction(type)) return fieldOf(type.prototype, "isReactComponent") === undefined ? type : null;
  const inner = fieldOf(type, "type") ?? fieldOf(type, "render");
  return inner === undefined ? null : componentOf(inner);
}

function isFunction(value: unknown): value is (...args: readonly never[]) => unknown {
  return typeof value === "function";
}
