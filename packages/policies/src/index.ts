/**
 * Where the Cerbos policies for Kinde tokens are on this machine, for programs that start a PDP or copy them.
 *
 * @packageDocumentation
 */

/**
 * The folder of the shared policies: the variables `kinde_token`, the derived roles `kinde` and the resource
 * `kinde_doctor`. They may be anywhere among the policies that Cerbos loads.
 */
export const policyDirectory: URL = new URL("../policies/", import.meta.url);

/**
 * The folder of the shared JSON Schemas, for `_schemas/kinde` at the top of what Cerbos loads: it refuses a `_schemas`
 * that is further down.
 */
export const schemaDirectory: URL = new URL("../schemas/", import.meta.url);

/** The folder of the example policies, with their schemas and tests. They need the shared policies and schemas. */
export const exampleDirectory: URL = new URL("../examples/", import.meta.url);
