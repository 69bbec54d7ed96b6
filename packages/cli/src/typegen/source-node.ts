import { fieldsOf, isFields } from "@kinde-cerbos/core/internal";
import { InputError } from "./input-error.ts";

/** A path into a YAML or JSON document: names of fields and indexes of lists. */
export type SourcePath = readonly (string | number)[];

/** An integer or boolean without quotes, with what is written there. */
export class PlainScalar {
  readonly value: number | boolean;
  readonly source: string;

  constructor(value: number | boolean, source: string) {
    this.value = value;
    this.source = source;
  }
}

/** A value of a policy file that is read with its place in mind: whatever is wrong with it, the error says where. */
export class SourceNode {
  readonly #found: unknown;
  readonly #path: SourcePath;
  readonly #placeOf: (path: SourcePath) => string;

  /** @param placeOf the file, line and column of a path */
  constructor(value: unknown, placeOf: (path: SourcePath) => string, path: SourcePath = []) {
    this.#found = value;
    this.#placeOf = placeOf;
    this.#path = path;
  }

  get value(): unknown {
    return this.#found instanceof PlainScalar ? this.#found.value : this.#found;
  }

  /** Whether there is a value. YAML's `null` is none. */
  get exists(): boolean {
    return this.value !== undefined && this.value !== null;
  }

  /** @param other how the name may be written, too */
  field(name: string, other = name): SourceNode {
    const fields = fieldsOf(this.value);
    const written = Object.hasOwn(fields, name) ? name : other;
    return this.#child(Object.hasOwn(fields, written) ? fields[written] : undefined, written);
  }

  /** Its fields, by name; none if it does not exist. */
  fields(): [string, SourceNode][] {
    if (!this.exists) return [];
    if (!isFields(this.value)) throw this.refusal("must be an object");
    return Object.entries(this.value).map(([name, value]) => [name, this.#child(value, name)]);
  }

  /** Its items; none if it does not exist. */
  items(): SourceNode[] {
    if (!this.exists) return [];
    if (!Array.isArray(this.value)) throw this.refusal("must be a list");
    return this.value.map((item: unknown, at) => this.#child(item, at));
  }

  /** Its text, which must not be empty; `otherwise` if it does not exist or is empty. */
  text(otherwise?: string): string {
    if (otherwise !== undefined && (!this.exists || this.value === "")) return otherwise;
    if (typeof this.value !== "string" || this.value === "") throw this.refusal("must be a text that is not empty");
    return this.value;
  }

  /** Its text, as Cerbos takes it: that of an integer or boolean is what is written. Else as {@link text}. */
  name(otherwise?: string): string {
    return this.#found instanceof PlainScalar ? this.#found.source : this.text(otherwise);
  }

  /** The error about it. */
  refusal(problem: string): InputError {
    const name = this.#path.map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`)).join("");
    return new InputError(`${this.#placeOf(this.#path)} ${name.slice(1) || "the file"} ${problem}`);
  }

  #child(value: unknown, step: string | number): SourceNode {
    return new SourceNode(value, this.#placeOf, [...this.#path, step]);
  }
}
