import { expect, test } from "vitest";
import { manifestOf, publicPackages, read } from "./repository.ts";

test("all packages that are published go up together", () => {
  const { fixed, ignore } = JSON.parse(read(".changeset/config.json"));
  expect(fixed).toEqual([publicPackages().map((folder) => manifestOf(folder).name)]);
  expect(ignore).toEqual([]);
});

test.each(publicPackages())("the changelog of %s has an entry for its version", (folder) => {
  const { name, version } = manifestOf(folder);
  const changelog = read(`${folder}/CHANGELOG.md`);
  expect(changelog).toMatch(`# ${name}\n`);
  // Without one, no release of it is made on GitHub after it is published.
  expect(changelog).toContain(`\n## ${version}\n`);
});
