import { defineConfig } from "vitest/config";
import config from "./vitest.config.ts";

/**
 * The tests that mutants have to fail: of what is mutated, and of the authorizer
 * that joins it. Stryker's own `testFiles` would not do: with it, a mutant of
 * what runs at import is never switched on.
 */
export default defineConfig({
  ...config,
  test: {
    include: ["test/**/{authorizer,batch-plan,batcher,decision,session,splitting}.test.ts"],
    reporters: ["dot"],
  },
});
