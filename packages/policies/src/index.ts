/**
 * Where the Cerbos policies for Kinde tokens are on this machine, for programs that start a PDP or copy them.
 *
 * @packageDocumentation
 */

/**
 * The folder of the shared policies: the variables `kinde_token`, the derived roles `kinde`, the resource
 * `kinde_doctor`, and schemas in `_schemas/kinde`. A PDP takes it as it is; a team's own policies stand beside its files.
 */
export const policyDirectory: URL = new URL("../policies/", import.meta.url);

/** The folder of the example policies, with schemas and tests. They need what is in {@link policyDirectory} beside them. */
export const exampleDirectory: URL = new URL("../examples/", import.meta.url);
