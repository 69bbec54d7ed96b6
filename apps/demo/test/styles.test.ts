// Styles of a page stay once they are loaded, so a class that two pages use looks different after a visit to the other.
import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const src = fileURLToPath(new URL("../src/", import.meta.url));

/** The class names in the components of a page. */
function usedIn(folder: string): ReadonlySet<string> {
  const files = globSync(`${folder}/*.tsx`, { cwd: src });
  const texts = files.map((file) => readFileSync(join(src, file), "utf8"));
  return new Set(
    texts.flatMap((text) => [...text.matchAll(/className="([^"]+)"/g)].flatMap(([, names = ""]) => names.split(" "))),
  );
}

const pages = globSync("pages/*/*.css", { cwd: src });

test.each(pages)("%s styles no class of another page", (file) => {
  const css = readFileSync(join(src, file), "utf8");
  // Those that begin a selector: others are inside of something of the page.
  const styled = new Set([...css.matchAll(/^ *\.([a-z-]+)/gm)].map(([, name = ""]) => name));
  const others = pages.map((page) => dirname(page)).filter((folder) => folder !== dirname(file));
  const shared = others.flatMap((folder) => [...usedIn(folder)].filter((name) => styled.has(name)));
  expect(pages.length).toBeGreaterThan(6);
  expect(shared).toEqual([]);
});
