/** What may hold, or be asked for, anything: an object that is no array. */
export interface Fields {
  readonly [name: string]: unknown;
}

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The fields of an object; none of anything else. */
export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}

/** Whether it can have properties. */
export function isObject(value: unknown): value is object {
  return Object(value) === value;
}

/**
 * Whether it is no instance of a class. An object of another realm (an iframe) is none either: it has another
 * Object.prototype.
 */
export function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
}

export function isText(value: unknown): value is string {
  return typeof value === "string";
}

/** The text; an empty one for anything else. */
export function textOf(value: unknown): string {
  return isText(value) ? value : "";
}

/** A text that can name something: not empty. */
export function isName(value: unknown): value is string {
  return isText(value) && value !== "";
}

/** Whether it can be called by these names. */
export function hasMethods(value: unknown, names: readonly string[]): boolean {
  const fields = fieldsOf(value);
  return names.every((name) => typeof fields[name] === "function");
}
