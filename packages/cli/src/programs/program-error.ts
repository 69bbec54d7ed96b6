/** The error for anything that stops a command. Its message says what happened, why, and what to do if known. */
export class ProgramError extends Error {
  override readonly name = "ProgramError";
}
