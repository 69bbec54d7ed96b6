/** The config of the local Kinde. */
export const DEFAULT_CONFIG = "kinde.json";

/** The port of the local Kinde. */
export const DEFAULT_ISSUER_PORT = 4005;

/** The HTTP port of the PDP, which is Cerbos' default. */
export const DEFAULT_PDP_PORT = 3592;

/** The folder of policies. */
export const DEFAULT_POLICIES = "cerbos/policies";

/** The file of types. */
export const DEFAULT_OUT = "src/cerbos.gen.ts";
