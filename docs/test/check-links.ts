import { existsSync, globSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";

/**
 * The links within the built site that lead nowhere: to a page that does not exist, or to a heading that its page does
 * not have. VitePress itself checks pages and no headings.
 *
 * @param site folder of the built site
 */
export function checkLinks(site: string): string[][] {
  const files = globSync("**/*.html", { cwd: site }).filter((file) => file !== "404.html");
  const pages = files.map((page) => ({ page, html: readFileSync(join(site, page), "utf8") }));
  const anchors = new Map(pages.map(({ page, html }) => [page, anchorsOf(html)]));
  return pages.map(({ page, html }) =>
    linksOf(html).flatMap((link) => {
      const problem = problemOf(link, page, anchors, site);
      return problem === undefined ? [] : [`The page ${page} links to ${link}: ${problem}.`];
    }),
  );
}

function problemOf(link: string, page: string, anchors: ReadonlyMap<string, ReadonlySet<string>>, site: string) {
  const { pathname, hash } = new URL(link, `http://site/${page}`);
  const target = pathname.endsWith("/") ? posix.join(pathname, "index.html") : pathname;
  const file = decodeURIComponent(target.slice(1));
  const ids = anchors.get(file) ?? anchors.get(`${file}.html`);
  if (ids === undefined) return existsSync(join(site, file)) ? undefined : "there is no such page";
  if (hash === "" || ids.has(decodeURIComponent(hash.slice(1)))) return undefined;
  return "the page has no such heading";
}

function anchorsOf(html: string): Set<string> {
  return new Set([...html.matchAll(/ id="([^"]+)"/g)].map(([, id = ""]) => id));
}

/** Those within the site. */
function linksOf(html: string): string[] {
  const links = [...html.matchAll(/<a [^>]*?href="([^"]+)"/g)].map(([, link = ""]) => link.replaceAll("&amp;", "&"));
  return [...new Set(links)].filter((link) => !/^[a-z]+:/i.test(link));
}
