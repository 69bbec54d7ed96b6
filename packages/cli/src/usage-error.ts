/** The error for a wrong option or argument. Its message says what to change, and never repeats the value. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
