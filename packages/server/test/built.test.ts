// What is built: the gateway runs where there is no Node.
import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const dist = fileURLToPath(new URL("../dist/", import.meta.url));

/** The modules that an entry loads, itself and its chunks, and what they import from elsewhere. */
function importsOf(entry: string, seen = new Set<string>()): Set<string> {
  const found = new Set<string>();
  if (seen.has(entry)) return found;
  seen.add(entry);
  for (const [, specifier = ""] of readFileSync(dist + entry, "utf8").matchAll(
    /(?:from|import) *\(?["']([^"']+)["']/g,
  )) {
    if (!specifier.startsWith("./")) found.add(specifier);
    else for (const more of importsOf(specifier.slice(2), seen)) found.add(more);
  }
  return found;
}

test("the gateway and the enforcer need jose, leven and core, and nothing of Node", () => {
  expect(globSync("*.js", { cwd: dist }).length).toBeGreaterThan(2);
  expect(importsOf("index.js")).toEqual(
    new Set(["jose", "leven", "@kinde-cerbos/core", "@kinde-cerbos/core/fetch-pdp", "@kinde-cerbos/core/internal"]),
  );
});

test("no entry loads Vite, except the plugin when a server of Vite starts", () => {
  for (const entry of ["index.js", "node.js"]) expect(importsOf(entry)).not.toContain("vite");
  expect(readFileSync(`${dist}vite.js`, "utf8").match(/.*["']vite["'].*/g)).toEqual([
    expect.stringMatching(/await import\(["']vite["']\)/),
  ]);
});
