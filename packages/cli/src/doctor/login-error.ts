/** The error for a sign-in that failed. Its message says why and what to do, and contains no secret. */
export class LoginError extends Error {
  override readonly name = "LoginError";
}
