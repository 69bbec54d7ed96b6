/**
 * The error for a wrong option, argument or environment variable. Its message says what to change, and never repeats
 * the value.
 */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
