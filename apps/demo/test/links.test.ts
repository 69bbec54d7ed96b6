// The playground's links into the repository: to its documentation and to its own code. They are read as text, since
// these tests must not import the page, whose types know only the page's own policies.
import { existsSync, globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const project = new URL("../", import.meta.url);
const sources = globSync("src/**/*.{ts,tsx}", { cwd: project });

/** The files in which a pattern is found, each with what its group has matched. */
function found(pattern: RegExp): [file: string, text: string][] {
  return sources.flatMap((file) =>
    [...readFileSync(new URL(file, project), "utf8").matchAll(pattern)].map(([, text = ""]): [string, string] => [
      file,
      text,
    ]),
  );
}

const pages = found(/docsUrl\(["`]([^#"`]+)/g).filter(([file]) => !file.endsWith("repository.ts"));
const folders = found(/code: "(src\/pages\/[^"]+)"/g);

test.each(pages)("%s links to docs/%s, which exists", (_, page) => {
  expect(existsSync(new URL(`../../docs/${page}`, project))).toBe(true);
});

test.each(folders)("%s links to %s, which exists", (_, folder) => {
  expect(existsSync(new URL(folder, project))).toBe(true);
});

test("both kinds of links are found", () => expect([pages.length > 3, folders.length]).toEqual([true, 8]));
