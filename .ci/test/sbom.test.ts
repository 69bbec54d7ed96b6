import { execFileSync } from "node:child_process";
import { beforeAll, expect, test } from "vitest";
import { packages } from "../public-packages.ts";
import { pathOf, read } from "./repository.ts";

beforeAll(() => {
  execFileSync("pnpm", ["sbom:packages"], { cwd: pathOf("."), stdio: "ignore" });
});

test.each(packages)("the SBOM of $directory lists its dependencies and no development tool", ({ manifest }) => {
  const { name, version, dependencies = {}, devDependencies = {} } = manifest;
  // The name of the file, as the release workflow makes it of the tag.
  const file = `${name}@${version}`.slice(1).replaceAll(/[/@]/g, "-");
  const { bomFormat, components } = JSON.parse(read(`sbom/${file}.cdx.json`));
  expect(bomFormat).toBe("CycloneDX");

  const listed = components.map(({ group, name: own }: { group?: string; name: string }) =>
    group === undefined ? own : `${group}/${own}`,
  );
  expect(listed).toEqual(expect.arrayContaining(Object.keys(dependencies)));
  for (const tool of ["tsdown", "typescript", "vitest"].filter((own) => own in devDependencies)) {
    expect(listed).not.toContain(tool);
  }
});
