/** Signing in gave no token. The message says why and what to do, and has no secret in it. */
export class LoginError extends Error {
  override readonly name = "LoginError";
}
