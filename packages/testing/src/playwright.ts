/**
 * For Playwright: `test` with an issuer and a PDP as fixtures, and sign-in at the local Kinde.
 *
 * @packageDocumentation
 */
export { type KindeCerbosOptions, type KindeCerbosServers, test } from "./playwright/test.ts";
export { signInAs, type SignInOptions } from "./playwright/sign-in-as.ts";
export { expect } from "@playwright/test";
