/** Where a text was found: the properties that lead to it. */
export type Path = string;

/**
 * Looks for a text in everything that is reachable by own properties, enumerable or not: values, names, getters,
 * symbols, and the entries of maps and sets. What it cannot reach: private fields, getters of a prototype, closures,
 * promises and weak maps.
 *
 * Of an element it follows only what React keeps there. From an element one would get to the window, and to all that
 * other scripts keep in it.
 *
 * @param except what is not entered, wherever it is found
 */
export function findByOwnProperties(
  roots: { readonly [name: string]: unknown },
  text: string,
  except: readonly unknown[] = [],
): Path[] {
  const found: Path[] = [];
  const seen = new Set<unknown>(except);
  const queue: (readonly [path: Path, value: unknown])[] = Object.entries(roots);
  for (const [path, value] of queue) {
    if (textOf(value).includes(text)) found.push(path);
    if (Object(value) !== value || seen.has(value)) continue;
    seen.add(value);
    for (const [name, part] of partsOf(Object(value))) {
      if (name.includes(text)) found.push(`${path}: a name`);
      queue.push([`${path}.${name}`, part]);
    }
  }
  return found;
}

function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "symbol" ? String(value) : "";
}

function partsOf(value: object): [name: string, part: unknown][] {
  const isOfPage = value instanceof Node || value === window;
  const parts: [string, unknown][] = Reflect.ownKeys(value)
    .filter((key) => !isOfPage || String(key).startsWith("__react"))
    .map((key) => [String(key), read(value, key)]);
  if (value instanceof Map) for (const [key, entry] of value) parts.push(["(key)", key], ["(entry)", entry]);
  if (value instanceof Set) for (const entry of value) parts.push(["(member)", entry]);
  return parts;
}

/** A getter may throw; then there is nothing to find behind it. */
function read(value: object, key: PropertyKey): unknown {
  try {
    return Reflect.get(value, key);
  } catch {
    return undefined;
  }
}

/** What React keeps of a component, or of the root of a tree. */
export interface Fiber {
  readonly type: unknown;
  readonly child: Fiber | null;
  readonly sibling: Fiber | null;
  readonly alternate: Fiber | null;
}

/** The root of React's tree in a container. */
export function rootFiberOf(container: Element): Fiber {
  const key = Object.keys(container).find((name) => name.startsWith("__reactContainer$"));
  if (key === undefined) throw new Error("React renders nothing here.");
  return Reflect.get(container, key);
}

/** The first component of a type, at or below a fiber. */
export function findFiber(fiber: Fiber | null, type: unknown): Fiber | null {
  if (fiber === null || fiber.type === type) return fiber;
  return findFiber(fiber.child, type) ?? findFiber(fiber.sibling, type);
}
