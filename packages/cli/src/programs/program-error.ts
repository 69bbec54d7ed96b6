/** A program cannot be started, or has ended. The message says which, why, and what to do if that is known. */
export class ProgramError extends Error {
  override readonly name = "ProgramError";
}
