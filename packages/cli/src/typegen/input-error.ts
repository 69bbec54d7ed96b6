/** The error for an input file that is wrong. Its message says which, where and why. The command exits with 1. */
export class InputError extends Error {
  override readonly name = "InputError";
}
