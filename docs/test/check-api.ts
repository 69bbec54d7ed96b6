import { existsSync, globSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { repository } from "../../.ci/public-packages.ts";
import { type EntryPoint, readEntryPoints } from "../api/entry-points.ts";
import { readExportedNames } from "../api/exported-names.ts";

/**
 * What is wrong with the API reference of the built site: an export of a package without a page that says what it is,
 * a page of something that no package exports, or a link to a source that does not exist.
 *
 * @param site folder of the built site
 */
export function checkApi(site: string): string[][] {
  const entryPoints = readEntryPoints();
  const names = readExportedNames(entryPoints);
  const pages = new Set<string>();
  const problems = entryPoints.map((entryPoint) =>
    problemsOf(entryPoint, names.get(entryPoint.specifier) ?? [], site, pages),
  );
  return [...problems, ...otherPages(site, pages, entryPoints)];
}

/** Adds the pages of the exports to `pages`. */
function problemsOf({ specifier, folder }: EntryPoint, names: readonly string[], site: string, pages: Set<string>) {
  const index = `reference/api/${folder}/index.html`;
  if (!existsSync(join(site, index))) return [`${specifier} has no page: ${index}.`];
  const contents = mainOf(site, index);
  if (summaryOf(contents) === "") return [`The page ${index} does not say what ${specifier} is.`];
  const links = new Map(
    [...contents.matchAll(/<a href="([^"]+)"[^>]*>([^<]+)<\/a>/g)].map(([, link = "", text = ""]) => [text, link]),
  );
  return names.flatMap((name) => {
    const link = links.get(name);
    if (link === undefined) return [`The page ${index} has no link to the export ${name} of ${specifier}.`];
    const page = posix.join(posix.dirname(index), link);
    pages.add(page);
    return pageProblems(page, name, site).map((problem) => `The page ${page} of ${name} in ${specifier} ${problem}.`);
  });
}

function pageProblems(page: string, name: string, site: string): string[] {
  if (!existsSync(join(site, page))) return ["does not exist"];
  const main = mainOf(site, page);
  const title = textOf(/<h1[^>]*>(.*?)<a /.exec(main)?.[1] ?? "");
  const problems: string[] = [];
  if (title.replace(/(\(\))?(<.*>)?$/, "") !== name) problems.push(`has the title ${title}`);
  if (summaryOf(main) === "") problems.push("does not say what it is");
  if (!/import (type )?{ (\w+) } from "@kinde-cerbos\//.test(textOf(main)))
    problems.push("does not say how to import it");
  problems.push(...membersWithoutComment(main).map((member) => `does not say what ${member} is`));
  const [, path = "", line = ""] = /\/blob\/main\/([^"]+)#L(\d+)"/.exec(main) ?? [];
  const source = join(repository, path);
  if (path === "" || !existsSync(source)) return [...problems, `links to the source "${path}", which does not exist`];
  const text = readFileSync(source, "utf8")
    .split("\n")
    .at(Number(line) - 1);
  return text === undefined ? [...problems, `links to line ${line} of ${path}, which does not exist`] : problems;
}

/** The properties of a class or interface whose description is empty. A name with a dot is part of another property. */
function membersWithoutComment(main: string): string[] {
  const tables = main.matchAll(/<tr><th>Property<\/th>[^]*?<\/table>/g);
  const rows = [...tables].flatMap(([table]) =>
    [...table.matchAll(/<tr><td>([^]*?)<\/tr>/g)].map(([, row = ""]) => row),
  );
  return rows
    .map((row) => row.split("<td>").map(textOf))
    .filter(([name = "", ...cells]) => !name.includes(".") && ["", "-"].includes(cells.at(-1) ?? ""))
    .map(([name = ""]) => name);
}

/** Pages that no export led to. Those of a type that is part of an exported one say so. */
function otherPages(site: string, pages: ReadonlySet<string>, entryPoints: readonly EntryPoint[]): string[][] {
  const indexes = new Set(["", ...entryPoints.map(({ folder }) => `${folder}/`)].map((each) => `${each}index.html`));
  return globSync("**/*.html", { cwd: join(site, "reference/api") })
    .filter((page) => !indexes.has(page) && !pages.has(`reference/api/${page}`))
    .map((page) =>
      mainOf(site, `reference/api/${page}`).includes("Not exported:")
        ? []
        : [`The page reference/api/${page} is of something that no package exports.`],
    );
}

function mainOf(site: string, page: string): string {
  return /<main[^]*<\/main>/.exec(readFileSync(join(site, page), "utf8"))?.[0] ?? "";
}

/** The first paragraph that is not about where to import it from. */
function summaryOf(main: string): string {
  const paragraphs = [...main.matchAll(/<p>([^]*?)<\/p>/g)].map(([, html = ""]) => textOf(html));
  return paragraphs.find((text) => !/^(Also exported by|Re-exports|Source$)/.test(text)) ?? "";
}

function textOf(html: string): string {
  return html
    .replaceAll(/<[^>]+>/g, "")
    .replaceAll("&quot;", '"')
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .trim();
}
