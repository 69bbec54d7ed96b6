import { type JsonValue } from "../base/canonical-json.ts";

/** The value of a part of a condition; `undefined` if it is not known, or is an error in the PDP. */
export type Known = JsonValue | undefined;

/** The result of a binary operator, by CEL's rules; `undefined` if the operator or its operands are not supported. */
export function relate(operator: string, left: JsonValue, right: JsonValue): Known {
  const order = compare(left, right);
  const decide = (holds: boolean): Known => (Number.isNaN(order) ? undefined : holds);
  const areTexts = typeof left === "string" && typeof right === "string";
  switch (operator) {
    case "eq":
      return equal(left, right);
    case "ne":
      return negate(equal(left, right));
    case "lt":
      return decide(order < 0);
    case "le":
      return decide(order <= 0);
    case "gt":
      return decide(order > 0);
    case "ge":
      return decide(order >= 0);
    case "in":
      return contains(right, left);
    case "index":
      return member(left, right);
    // Half a surrogate pair is no text here, so what UTF-16 finds is what UTF-8 finds.
    case "startsWith":
      return areTexts ? left.startsWith(right) : undefined;
    case "endsWith":
      return areTexts ? left.endsWith(right) : undefined;
    case "contains":
      return areTexts ? left.includes(right) : undefined;
    case "hasIntersection":
    case "has_intersection":
      return intersects(left, right);
    default:
      return undefined;
  }
}

/**
 * The result of `and`, which one `false` decides, or of `or`, which one `true` decides, unless `strict`. Otherwise all
 * operands must be known.
 */
export function junction(operands: readonly Known[], decisive: boolean, strict: boolean): Known {
  if (strict && !operands.every(isTruth)) return undefined;
  if (operands.includes(decisive)) return decisive;
  return operands.every((operand) => operand === !decisive) ? !decisive : undefined;
}

/** How many operands are true, if each is true or false. */
export function countTrue(operands: readonly Known[] | undefined): number | undefined {
  return operands?.every(isTruth) ? operands.filter(Boolean).length : undefined;
}

export function negate(value: Known): Known {
  return isTruth(value) ? !value : undefined;
}

function isTruth(value: Known): value is boolean {
  return typeof value === "boolean";
}

/** The size of a value: code points of a string, items of a list, keys of a map. */
export function sizeOf(value: Known): number | undefined {
  // oxlint-disable-next-line typescript/no-misused-spread -- CEL counts code points too
  return typeof value === "string" ? [...value].length : itemsOf(value)?.length;
}

/** What a macro such as `exists` iterates over: the items of a list, or the keys of a map. */
export function itemsOf(value: Known): JsonValue[] | undefined {
  return Array.isArray(value) ? value : isMap(value) ? Object.keys(value) : undefined;
}

/** An own property of a map, or an element of a list. */
export function member(container: Known, key: JsonValue): Known {
  if (Array.isArray(container)) return typeof key === "number" ? container[key] : undefined;
  return isMap(container) && typeof key === "string" && Object.hasOwn(container, key) ? container[key] : undefined;
}

function isMap(value: Known): value is { [key: string]: JsonValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Whether two values are equal. Cerbos considers values of two types never equal, but only a comparison with `null` is
 * likely intended, so others are unknown.
 */
function equal(left: JsonValue, right: JsonValue): boolean | undefined {
  if (left === null || right === null) return left === right;
  if (typeof left === "boolean" && typeof right === "boolean") return left === right;
  const order = compare(left, right);
  return Number.isNaN(order) ? undefined : order === 0;
}

function contains(container: JsonValue, item: JsonValue): Known {
  if (Array.isArray(container)) {
    return junction(
      container.map((element) => equal(element, item)),
      true,
      false,
    );
  }
  return isMap(container) && typeof item === "string" ? Object.hasOwn(container, item) : undefined;
}

function intersects(left: JsonValue, right: JsonValue): Known {
  if (!Array.isArray(left) || !Array.isArray(right)) return undefined;
  return junction(
    left.map((item) => contains(right, item)),
    true,
    false,
  );
}

/** Compares two values as CEL orders numbers and strings: negative, 0 or positive; NaN for values without an order. */
function compare(left: JsonValue, right: JsonValue): number {
  if (typeof left === "number" && typeof right === "number") return left === right ? 0 : left - right;
  if (typeof left !== "string" || typeof right !== "string") return Number.NaN;
  const end = Math.min(left.length, right.length);
  for (let at = 0; at < end; at += 1) {
    const distance = rank(left.charCodeAt(at)) - rank(right.charCodeAt(at));
    if (distance !== 0) return distance;
  }
  return left.length - right.length;
}

/** The rank of a UTF-16 unit in the order of code points: surrogates stand for code points after U+FFFF. */
function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
