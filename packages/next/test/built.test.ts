// Tests of the published files. Build the package before these tests.
import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const textOf = (file: string): string => readFileSync(dist + file, "utf8");

/** Returns the modules of this package that an entry loads, and what they import from elsewhere. */
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

test("the browser entry contains nothing of the server, Next or Kinde's SDK", () => {
  const found = [...importsOf("client.js")];
  expect(found).toContain("client/next-source.js");
  expect(found.filter((name) => /^(server\/|next|@kinde-oss|@kinde-cerbos\/server)/.test(name))).toEqual([]);
});

test("the server entry contains nothing of the browser", () => {
  const found = [...importsOf("index.js")];
  expect(found).toEqual(expect.arrayContaining(["@kinde-oss/kinde-auth-nextjs/server", "next/headers"]));
  expect(found.filter((name) => name.startsWith("client"))).toEqual([]);
});

test("its types do not need those of Next or Kinde's SDK", () => {
  const types = globSync("**/*.d.ts", { cwd: dist }).map(textOf).join("\n");
  expect([...types.matchAll(/from ["'](next|@kinde-oss)[^"']*["']/g)]).toEqual([]);
});
