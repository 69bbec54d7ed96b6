import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { packages, repository } from "../../.ci/public-packages.ts";

const PAGE = "docs/reference/versions.md";

/**
 * The rows of the support policy that differ from what the packages declare, and the versions of Cerbos that it does
 * not name.
 */
export function checkVersions(): string[][] {
  const page = readFileSync(join(repository, PAGE), "utf8");
  const documented = new Set(page.split("\n").flatMap(rowOf));
  const declared = declaredRows();
  const missing = [...declared].filter((row) => !documented.has(row)).map((row) => `${PAGE}: there is no row ${row}`);
  const wrong = [...documented].filter((row) => !declared.has(row)).map((row) => `${PAGE}: no package declares ${row}`);
  const unnamed = cerbosVersions()
    .filter((version) => !page.includes(`${version} `))
    .map((version) => `${PAGE}: the tests run on Cerbos ${version}, which it does not name`);
  return [[...missing, ...wrong], unnamed];
}

/** A row of the table as one line: dependency, range, packages. */
function rowOf(line: string): string[] {
  const [, dependency, range, users] = /^\| `([^`]+)` \| `([^`]+)` \| (.+) \|$/.exec(line) ?? [];
  if (dependency === undefined || range === undefined || users === undefined) return [];
  return [`${dependency} ${range.replaceAll("\\|", "|")} of ${users.replaceAll("`", "")}`];
}

/** What the packages that are published need from an app, in the same form. */
function declaredRows(): Set<string> {
  const users = new Map<string, string[]>();
  for (const { directory, manifest } of packages) {
    for (const [name, range] of Object.entries({ ...manifest.peerDependencies, node: manifest.engines.node })) {
      const dependency = `${name} ${range}`;
      users.set(dependency, [...(users.get(dependency) ?? []), directory]);
    }
  }
  return new Set([...users].map(([dependency, names]) => `${dependency} of ${names.join(", ")}`));
}

/** The versions of Cerbos in the catalog: the newest, and the oldest that is supported. */
function cerbosVersions(): string[] {
  const { catalog } = parse(readFileSync(join(repository, "pnpm-workspace.yaml"), "utf8"));
  return [catalog["@cerbos/cerbos-linux-x64"], catalog["cerbos-oldest"].replace(/^.*@/, "")];
}
