import { fieldsOf, isFields } from "@kinde-cerbos/core/internal";
import { InputError } from "./input-error.ts";

/** A path into a YAML or JSON document: names of fields and indexes of lists. */
export type SourcePath = readonly (string | number)[];

/** An integer or boolean without quotes, with its source text. */
export class PlainScalar {
  readonly value: number | boolean;
  readonly source: string;

  constructor(value: number | boolean, source: string) {
    this.value = value;
    this.source = source;
  }
}

/** A value of a policy file, with its position for errors. */
export class SourceNode {
  readonly #raw: unknown;
  readonly #path: SourcePath;
  readonly #placeOf: (path: SourcePath) => string;

  /** @param placeOf returns the file, line and column of a path */
  constructor(value: unknown, placeOf: (path: SourcePath) => string, path: SourcePath = []) {
    this.#raw = value;
    this.#placeOf = placeOf;
    this.#path = path;
  }

  get value(): unknown {
    return this.#raw instanceof PlainScalar ? this.#raw.value : this.#raw;
  }

  /** Whether there is a value. YAML's `null` is not one. */
  get exists(): boolean {
    return this.value !== undefined && this.value !== null;
  }

  /** Returns a field. @param other another spelling of the name */
  field(name: string, other = name): SourceNode {
    const fields = fieldsOf(this.value);
    const written = Object.hasOwn(fields, name) ? name : other;
    return this.#child(Object.hasOwn(fields, written) ? fields[written] : undefined, written);
  }

  /** Returns its fields, by name; none if it does not exist. */
  fields(): [string, SourceNode][] {
    if (!this.exists) return [];
    if (!isFields(this.value)) throw this.refusal("must be an object");
    return Object.entries(this.value).map(([name, value]) => [name, this.#child(value, name)]);
  }

  /** Returns its items; none if it does not exist. */
  items(): SourceNode[] {
    if (!this.exists) return [];
    if (!Array.isArray(this.value)) throw this.refusal("must be a list");
    return this.value.map((item: unknown, at) => this.#child(item, at));
  }

  /** Returns its text, which must not be empty; `otherwise` if it does not exist or is empty. */
  text(otherwise?: string): string {
    if (otherwise !== undefined && (!this.exists || this.value === "")) return otherwise;
    if (typeof this.value !== "string" || this.value === "") throw this.refusal("must be a text that is not empty");
    return this.value;
  }

  /** Returns its text as Cerbos reads it: for an integer or boolean, the source text; otherwise as {@link text}. */
  name(otherwise?: string): string {
    return this.#raw instanceof PlainScalar ? this.#raw.source : this.text(otherwise);
  }

  /** Returns an error about this value. */
  refusal(problem: string): InputError {
    const name = this.#path.map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`)).join("");
    return new InputError(`${this.#placeOf(this.#path)} ${name.slice(1) || "the file"} ${problem}`);
  }

  #child(value: unknown, step: string | number): SourceNode {
    return new SourceNode(value, this.#placeOf, [...this.#path, step]);
  }
}
