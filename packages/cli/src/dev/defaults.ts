/** Where `issuer` and `dev` look for the people of the local issuer. */
export const DEFAULT_CONFIG = "kinde.json";

/** The port of the local issuer. */
export const DEFAULT_ISSUER_PORT = 4005;

/** The port of the PDP: Cerbos' own. */
export const DEFAULT_PDP_PORT = 3592;

/** Where `dev` looks for policies. */
export const DEFAULT_POLICIES = "cerbos/policies";

/** The file of types that `dev` writes. */
export const DEFAULT_OUT = "src/cerbos.gen.ts";
