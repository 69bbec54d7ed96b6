import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { join, sep } from "node:path";
import { fieldsOf } from "@kinde-cerbos/core/internal";
import { parseAllDocuments } from "yaml";
import { ProgramError } from "../programs/program-error.ts";
import { type InitSettings } from "./options.ts";
import { type TemplateFile } from "./templates.ts";

/**
 * Requires that the policies which `init` adds do not meet others of the same name, as Cerbos takes no two of a name.
 *
 * @throws ProgramError if the folder has the sample's resource, our derived roles, or a file of the sample, and `init`
 *   did not write it
 */
export function requireFreePolicies(
  folder: string,
  { policies, overwrite }: InitSettings,
  templates: readonly TemplateFile[],
): void {
  const wasSetUp = existsSync(join(folder, policies, "kinde/kinde_derived_roles.yaml"));
  for (const file of globSync("**/*.{yaml,yml,json}", { cwd: join(folder, policies) }).toSorted()) {
    const path = `${policies}/${file.replaceAll(sep, "/")}`;
    if (!statSync(join(folder, path)).isFile()) continue;
    const text = readFileSync(join(folder, path), "utf8");
    const template = templates.find((each) => each.path === path)?.text;
    if (template !== undefined && (wasSetUp || overwrite || template === text.replaceAll("\r\n", "\n"))) continue;
    const name = template === undefined ? nameTaken(text) : "this file";
    if (name === undefined) continue;
    throw new ProgramError(
      `${path} is yours, and init adds ${name}, too. Cerbos takes each name once. Choose another folder with ` +
        "--policies, or rename yours.",
    );
  }
}

/** What of ours a file defines, too. */
function nameTaken(text: string): string | undefined {
  for (const document of parseAllDocuments(text)) {
    const { resourcePolicy, derivedRoles } = fieldsOf(document.errors.length === 0 ? document.toJS() : undefined);
    if (fieldsOf(derivedRoles)["name"] === "kinde") return "derived roles with the name kinde";
    const { resource, version = "default", scope = "" } = fieldsOf(resourcePolicy);
    if (resource === "document" && version === "default" && scope === "") return "a policy for the resource document";
  }
  return undefined;
}
