import { resolve } from "node:path";

/** The folder of the policies of these tests. */
export const POLICIES: string = resolve("test/policies");
