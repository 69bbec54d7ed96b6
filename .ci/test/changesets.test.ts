import { expect, test } from "vitest";
import { packages } from "../public-packages.ts";
import { read } from "./repository.ts";

test("all packages that are published go up together", () => {
  const { fixed, ignore } = JSON.parse(read(".changeset/config.json"));
  expect(fixed).toEqual([packages.map(({ manifest }) => manifest.name)]);
  expect(ignore).toEqual([]);
});

test.each(packages)("the changelog of $directory has an entry for its version", ({ directory, manifest }) => {
  const { name, version } = manifest;
  const changelog = read(`packages/${directory}/CHANGELOG.md`);
  expect(changelog).toMatch(`# ${name}\n`);
  // Without one, no release of it is made on GitHub after it is published.
  expect(changelog).toContain(`\n## ${version}\n`);
});
