/** A file that typegen reads is wrong. The message says which, where and how; the command ends with 1. */
export class InputError extends Error {
  override readonly name = "InputError";
}
