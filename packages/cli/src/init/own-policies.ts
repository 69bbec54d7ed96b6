import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { join, sep } from "node:path";
import { fieldsOf } from "@kinde-cerbos/core/internal";
import { parseAllDocuments } from "yaml";
import { ProgramError } from "../programs/program-error.ts";
import { type InitSettings } from "./options.ts";
import { type TemplateFile } from "./templates.ts";

/**
 * Requires that the app has no policies with the names of those that `init` adds: Cerbos does not accept a name twice.
 *
 * @throws ProgramError if the folder has a policy for the sample's resource, our derived roles, or a file of the sample
 *   that `init` did not write
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
      `${path} is yours, but init would also add ${name}. Cerbos does not accept a name twice. Choose another folder ` +
        "with --policies, or rename yours.",
    );
  }
}

/** Returns which of our names a file also defines. */
function nameTaken(text: string): string | undefined {
  for (const document of parseAllDocuments(text)) {
    const { resourcePolicy, derivedRoles } = fieldsOf(document.errors.length === 0 ? document.toJS() : undefined);
    if (fieldsOf(derivedRoles)["name"] === "kinde") return "derived roles with the name kinde";
    const { resource, version = "default", scope = "" } = fieldsOf(resourcePolicy);
    if (resource === "document" && version === "default" && scope === "") return "a policy for the resource document";
  }
  return undefined;
}
