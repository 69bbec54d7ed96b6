import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { exampleDirectory, policyDirectory, schemaDirectory } from "../src/index.ts";

/** A folder of policies, which is removed at the end of its block. */
export interface Assembled extends Disposable {
  readonly folder: string;
}

/**
 * Creates the folder that a team's PDP would load: the shared policies, the examples and the test policy, with all
 * schemas in the one `_schemas` folder that Cerbos reads.
 */
export function assemble(): Assembled {
  const folder = mkdtempSync(join(tmpdir(), "kinde-cerbos-policies-"));
  const examples = fileURLToPath(exampleDirectory);
  cpSync(policyDirectory, join(folder, "kinde"), { recursive: true });
  cpSync(schemaDirectory, join(folder, "_schemas/kinde"), { recursive: true });
  cpSync(join(examples, "_schemas"), join(folder, "_schemas"), { recursive: true });
  cpSync(examples, join(folder, "examples"), { recursive: true, filter: (path) => !path.endsWith("_schemas") });
  cpSync(new URL("specimen/", import.meta.url), join(folder, "specimen"), { recursive: true });
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}
