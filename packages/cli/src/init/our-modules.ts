import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ProgramError } from "../programs/program-error.ts";
import { isNode, nodesIn, statementsOf, type SyntaxNode } from "./source-text.ts";

/** The module of the providers that `init` writes: its export, and how a file in `src` imports it. */
export const PROVIDERS = { names: "KindeCerbosProviders", from: "./kinde-cerbos-providers" } as const;

/** The module of the example that `init` writes. */
export const EXAMPLE = { names: "PermissionsExample", from: "./permissions-example" } as const;

/** The file of {@link PROVIDERS}, relative to the app. */
export const PROVIDERS_FILE = "src/kinde-cerbos-providers.tsx";

/** Whether one of these statements imports a module, such as `./kinde-cerbos-providers`, from any folder. */
export function importsModule(statements: readonly SyntaxNode[], module: string): boolean {
  const name = module.replace(/^\.\//, "");
  return statements.some(({ type, source }) => {
    if (type !== "ImportDeclaration" || !isNode(source)) return false;
    const from = String(source["value"]).replace(/\.tsx$/, "");
    return from === module || (module.startsWith("./") && from.endsWith(`/${name}`));
  });
}

/** Whether these statements use any of these names, in JSX or elsewhere. Comments and strings are ignored. */
export function usesName(statements: readonly SyntaxNode[], ...names: readonly string[]): boolean {
  return nodesIn(statements).some(
    ({ type, name }) => /^(?:JSX)?Identifier$/.test(type) && names.some((each) => each === name),
  );
}

/**
 * Requires that imports of the modules above load the files that `init` writes.
 *
 * @throws ProgramError if the app has a file or folder of its own that is imported in their place
 */
export function requireFreeNames(folder: string): void {
  for (const { names, from } of [PROVIDERS, EXAMPLE]) {
    const path = `src/${from.slice(2)}`;
    const [other] = globSync([path, `${path}.{ts,js,jsx,mjs,mts,json}`], { cwd: folder });
    const file = join(folder, `${path}.tsx`);
    const statements = existsSync(file) ? statementsOf(readFileSync(file, "utf8")) : [];
    const isOurs = !existsSync(file) || (statements !== undefined && exportsName(statements, names));
    const taken = other ?? (isOurs ? undefined : `${path}.tsx`);
    if (taken === undefined) continue;
    throw new ProgramError(
      `${taken.replaceAll("\\", "/")} was not made by init, which writes ${names} to ${path}.tsx. Rename yours, and ` +
        "run init again.",
    );
  }
}

function exportsName(statements: readonly SyntaxNode[], name: string): boolean {
  return usesName(
    statements.filter(({ type }) => type === "ExportNamedDeclaration"),
    name,
  );
}
