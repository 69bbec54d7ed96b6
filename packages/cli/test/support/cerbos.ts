import { cerbosVersion, isAtLeast } from "../../src/internal.ts";

/** The version of Cerbos that the tests start. */
export const CERBOS_VERSION = cerbosVersion();

/** Whether it has the cache of verified tokens whose key is the signature alone. */
export const HAS_TOKEN_CACHE = !isAtLeast("0.53.0", CERBOS_VERSION);

/** Whether it has `engine.strictEvaluation`. */
export const HAS_STRICT_EVALUATION = isAtLeast("0.55.0", CERBOS_VERSION);
