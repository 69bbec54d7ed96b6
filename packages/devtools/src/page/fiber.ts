/**
 * The parts of React's internal tree that the panel reads. They are not public API, so each one is checked before use.
 */
export interface Fiber {
  /** A component, an element's name, or an internal type of React. */
  readonly type: unknown;
  /** The DOM node of an element; for a root or portal, an object with the container. */
  readonly stateNode: unknown;
  /** For a function component, its first hook; for a class component, its state. */
  readonly memoizedState: unknown;
  readonly memoizedProps: unknown;
  readonly child: Fiber | null;
  readonly sibling: Fiber | null;
  /** The same component in React's other tree, which it renders next. */
  readonly alternate: Fiber | null;
}

/** Prefix of the property with which React stores a root's tree at its container. */
const CONTAINER_KEY = "__reactContainer$";

/** Returns the React trees that a document shows, in React 18 and 19. */
export function treesIn(document: Document): readonly Fiber[] {
  return [document, ...document.querySelectorAll("*")].flatMap((node) => treeOf(node) ?? []);
}

function treeOf(node: Node): Fiber | null {
  const key = Object.keys(node).find((name) => name.startsWith(CONTAINER_KEY));
  if (key === undefined) return null;
  // The stored fiber may belong to the tree that is not shown. The root has the current one.
  const current = fieldOf(fieldOf(fieldOf(node, key), "stateNode"), "current");
  return isFiber(current) ? current : null;
}

/** Returns a property of an object or function; `undefined` if the value is neither. */
export function fieldOf(value: unknown, name: string): unknown {
  const hasFields = typeof value === "function" || (typeof value === "object" && value !== null);
  return hasFields ? Reflect.get(value, name) : undefined;
}

/** Whether a value looks like a fiber. If it does, the fibers that it links to are not checked again. */
function isFiber(value: unknown): value is Fiber {
  return (
    typeof value === "object" &&
    value !== null &&
    ["type", "stateNode", "memoizedState", "memoizedProps", "child", "sibling", "alternate"].every(
      (name) => name in value,
    )
  );
}

/** Yields the state of each hook of a component, in order. */
export function* hooksOf({ memoizedState }: Fiber): Generator {
  let hook = memoizedState;
  while (typeof hook === "object" && hook !== null && "memoizedState" in hook && "next" in hook) {
    yield hook.memoizedState;
    hook = hook.next;
  }
}

/** Returns the function of a component, also inside `memo` or `forwardRef`; `null` for anything else. */
export function componentOf(type: unknown): ((...args: readonly never[]) => unknown) | null {
  if (isFunction(type)) return fieldOf(type.prototype, "isReactComponent") === undefined ? type : null;
  const inner = fieldOf(type, "type") ?? fieldOf(type, "render");
  return inner === undefined ? null : componentOf(inner);
}

function isFunction(value: unknown): value is (...args: readonly never[]) => unknown {
  return typeof value === "function";
}
