/**
 * For the other packages of kinde-cerbos alone, and no part of the public API: what is here may change in any release.
 *
 * @module
 */
export { redact } from "./redact.ts";
