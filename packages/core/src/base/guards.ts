/** An object that is not an array, with fields of unknown types. */
export interface Fields {
  readonly [name: string]: unknown;
}

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The fields of an object; no fields for anything else. */
export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}

/** Whether it can have properties. */
export function isObject(value: unknown): value is object {
  return Object(value) === value;
}

/**
 * Whether it is a plain object and not an instance of a class. Objects of an iframe count too: they have another
 * Object.prototype.
 */
export function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
}

export function isText(value: unknown): value is string {
  return typeof value === "string";
}

/** The string; an empty one for anything else. */
export function textOf(value: unknown): string {
  return isText(value) ? value : "";
}

/** Whether it is a string that is not empty. */
export function isName(value: unknown): value is string {
  return isText(value) && value !== "";
}

/** Whether it has methods with these names. */
export function hasMethods(value: unknown, names: readonly string[]): boolean {
  const fields = fieldsOf(value);
  return names.every((name) => typeof fields[name] === "function");
}
