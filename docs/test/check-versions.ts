import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

const PAGE = "docs/reference/versions.md";

/**
 * The rows of the support policy that differ from what the packages declare, and the versions of Cerbos that it does
 * not name.
 *
 * @param repository folder of the repository
 */
export function checkVersions(repository: string): string[][] {
  const page = readFileSync(join(repository, PAGE), "utf8");
  const documented = new Set(page.split("\n").flatMap(rowOf));
  const declared = declaredIn(repository);
  const missing = [...declared].filter((row) => !documented.has(row)).map((row) => `${PAGE}: there is no row ${row}`);
  const wrong = [...documented].filter((row) => !declared.has(row)).map((row) => `${PAGE}: no package declares ${row}`);
  const unnamed = cerbosVersions(repository)
    .filter((version) => !page.includes(`${version} `))
    .map((version) => `${PAGE}: the tests run on Cerbos ${version}, which it does not name`);
  return [[...missing, ...wrong], unnamed];
}

/** A row of the table as one line: dependency, range, packages. */
function rowOf(line: string): string[] {
  const [, dependency, range, packages] = /^\| `([^`]+)` \| `([^`]+)` \| (.+) \|$/.exec(line) ?? [];
  if (dependency === undefined || range === undefined || packages === undefined) return [];
  return [`${dependency} ${range.replaceAll("\\|", "|")} of ${packages.replaceAll("`", "")}`];
}

/** What the packages that are published need from an app, in the same form. */
function declaredIn(repository: string): Set<string> {
  const packages = new Map<string, string[]>();
  for (const file of globSync("packages/*/package.json", { cwd: repository }).toSorted()) {
    const manifest = JSON.parse(readFileSync(join(repository, file), "utf8"));
    if (manifest.private === true) continue;
    for (const [name, range] of Object.entries({ ...manifest.peerDependencies, node: manifest.engines.node })) {
      const key = `${name} ${String(range)}`;
      packages.set(key, [...(packages.get(key) ?? []), manifest.name.replace("@kinde-cerbos/", "")]);
    }
  }
  return new Set([...packages].map(([key, names]) => `${key} of ${names.join(", ")}`));
}

/** The versions of Cerbos in the catalog: the newest, and the oldest that is supported. */
function cerbosVersions(repository: string): string[] {
  const { catalog } = parse(readFileSync(join(repository, "pnpm-workspace.yaml"), "utf8"));
  return [catalog["@cerbos/cerbos-linux-x64"], catalog["cerbos-oldest"].replace(/^.*@/, "")];
}
