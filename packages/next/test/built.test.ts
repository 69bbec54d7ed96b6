// What is published. The build comes before the tests.
import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const textOf = (file: string): string => readFileSync(dist + file, "utf8");

/** The modules that an entry loads of this package, and what they import from elsewhere. */
function importsOf(entry: string, found: Set<string> = new Set()): Set<string> {
  if (found.has(entry)) return found;
  found.add(entry);
  for (const [, specifier = ""] of textOf(entry).matchAll(/(?:from|import) *["']([^"']+)["']/g)) {
    if (specifier.startsWith(".")) importsOf(new URL(specifier, `file:///${entry}`).pathname.slice(1), found);
    else found.add(specifier);
  }
  return found;
}

test('"use client" is on the first line of the provider, and nowhere else', () => {
  const files = globSync("**/*.js", { cwd: dist });
  expect(files.length).toBeGreaterThan(5);
  expect(files.filter((file) => textOf(file).startsWith('"use client";\n'))).toEqual([
    "client/permissions-provider.js",
  ]);
  expect(files.filter((file) => textOf(file).includes('"use client"')).length).toBe(1);
});

test("the browser gets nothing of the server, of Next or of Kinde's SDK", () => {
  const found = [...importsOf("client.js")];
  expect(found).toContain("client/next-source.js");
  expect(found.filter((name) => /^(server\/|next|@kinde-oss|@kinde-cerbos\/server)/.test(name))).toEqual([]);
});

test("the server gets nothing of the browser", () => {
  const found = [...importsOf("index.js")];
  expect(found).toEqual(expect.arrayContaining(["@kinde-oss/kinde-auth-nextjs/server", "next/headers"]));
  expect(found.filter((name) => name.startsWith("client"))).toEqual([]);
});

test("no types of Next or of Kinde's SDK are needed to use it", () => {
  const types = globSync("**/*.d.ts", { cwd: dist }).map(textOf).join("\n");
  expect([...types.matchAll(/from ["'](next|@kinde-oss)[^"']*["']/g)]).toEqual([]);
});
