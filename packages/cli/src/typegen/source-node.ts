import { fieldsOf } from "@kinde-cerbos/core/internal";
import { InputError } from "./input-error.ts";

/** A path into a YAML or JSON document: names of fields and indexes of lists. */
export type SourcePath = readonly (string | number)[];

/** A value of a policy file that is read with its place in mind: whatever is wrong with it, the error says where. */
export class SourceNode {
  readonly value: unknown;
  readonly #path: SourcePath;
  readonly #placeOf: (path: SourcePath) => string;

  /** @param placeOf the file, line and column of a path */
  constructor(value: unknown, placeOf: (path: SourcePath) => string, path: SourcePath = []) {
    this.value = value;
    this.#placeOf = placeOf;
    this.#path = path;
  }

  /** Whether there is a value. YAML's `null` is none. */
  get exists(): boolean {
    return this.value !== undefined && this.value !== null;
  }

  field(name: string): SourceNode {
    return this.#child(fieldsOf(this.value)[name], name);
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

  /** The error about it. */
  refusal(problem: string): InputError {
    const name = this.#path.map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`)).join("");
    return new InputError(`${this.#placeOf(this.#path)} ${name.slice(1) || "the policy"} ${problem}`);
  }

  #child(value: unknown, step: string | number): SourceNode {
    return new SourceNode(value, this.#placeOf, [...this.#path, step]);
  }
}
