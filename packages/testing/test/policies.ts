import { resolve } from "node:path";

/** The folder with the policies for these tests. */
export const POLICIES: string = resolve("test/policies");
