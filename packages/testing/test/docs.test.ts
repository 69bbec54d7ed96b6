// @vitest-environment node
import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";

const page = readFileSync("../../docs/guides/testing.md", "utf8");
const samples = readdirSync("test/samples").filter((name) => /\.tsx?$/.test(name));

it.each(samples)("docs/guides/testing.md shows %s, which runs with these tests", (name) => {
  const code = readFileSync(`test/samples/${name}`, "utf8")
    .replace('"test/samples/policies"', '"cerbos/policies"')
    .replace('"test/samples/kinde.json"', '"kinde.json"');
  expect(page).toContain(`[${name}]\n${code}\`\`\``);
});
