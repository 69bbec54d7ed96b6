import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { packages } from "../../../.ci/public-packages.ts";
import { REPOSITORY_URL } from "../../demo/src/repository.ts";

describe.each(packages)("$directory", ({ folder, directory, manifest }) => {
  test("has a package.json that says what npm shows", () => {
    expect(manifest).toMatchObject({
      name: `@kinde-cerbos/${directory}`,
      version: packages[0]?.manifest.version,
      homepage: `${REPOSITORY_URL}/tree/main/packages/${directory}#readme`,
      bugs: { url: `${REPOSITORY_URL}/issues` },
      repository: { type: "git", url: `git+${REPOSITORY_URL}.git`, directory: `packages/${directory}` },
      license: "Apache-2.0",
      author: "The kinde-cerbos authors",
      type: "module",
      engines: { node: expect.stringMatching(/^>=\d/) },
      publishConfig: { access: "public", provenance: true },
    });
    expect(manifest["private"]).toBe(undefined);
    expect(manifest["description"]).toMatch(/^[A-Z][^]{40,180}\.$/);
    expect(manifest["keywords"]).toEqual(expect.arrayContaining(["kinde"]));
    expect(manifest["files"]).toEqual(expect.arrayContaining(["dist", "src"]));
  });

  test("has a short README that npm can show on its own", () => {
    const readme = readFileSync(join(folder, "README.md"), "utf8");
    expect(readme.split("\n").length).toBeLessThanOrEqual(60);
    for (const heading of [`# ${manifest.name}`, "## Install", "## Use", "## Do you need it?", "## License"]) {
      expect(readme).toContain(`${heading}\n`);
    }
    for (const name of Object.keys(manifest.peerDependencies ?? {})) expect(readme).toContain(`\`${name}\``);

    const links = [...readme.matchAll(/\]\(([^)]+)\)/g)].map(([, link = ""]) => link);
    expect(links.filter((link) => !link.startsWith("https://"))).toEqual([]);
    expect(links.filter((link) => link.startsWith(`${REPOSITORY_URL}/blob/main/`)).length).toBeGreaterThan(1);
  });
});
