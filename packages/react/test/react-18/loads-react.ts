import { readFileSync } from "node:fs";

const { dependencies }: { dependencies: Readonly<Record<string, string>> } = JSON.parse(
  readFileSync(new URL("package.json", import.meta.url), "utf8"),
);

/** Whether an import is of React, or of what loads React: those are the dependencies of this package. */
export function loadsReact(specifier: string): boolean {
  return Object.keys(dependencies).some((name) => specifier === name || specifier.startsWith(`${name}/`));
}
