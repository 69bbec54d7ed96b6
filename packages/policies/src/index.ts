/**
 * The folders of the Cerbos policies for Kinde tokens, for programs that start a PDP or copy the policies.
 *
 * @packageDocumentation
 */

/**
 * The folder of the shared policies: the variables `kinde_token`, the derived roles `kinde` and the resource
 * `kinde_doctor`. They can be in any folder that Cerbos loads.
 */
export const policyDirectory: URL = new URL("../policies/", import.meta.url);

/**
 * The folder of the shared JSON Schemas. Copy it to `_schemas/kinde` at the top of the folder that Cerbos loads: Cerbos
 * refuses a `_schemas` folder further down.
 */
export const schemaDirectory: URL = new URL("../schemas/", import.meta.url);

/** The folder of the example policies, with their schemas and tests. They need the shared policies and schemas. */
export const exampleDirectory: URL = new URL("../examples/", import.meta.url);
