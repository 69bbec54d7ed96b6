/** The command was called in a wrong way. The message says which and how to do it; no value that was given is in it. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
