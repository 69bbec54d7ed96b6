import { globSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import MiniSearch from "minisearch";

/** What readers type, and a page that must be among the first results. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  mock: ["/guides/testing.html", "/troubleshooting.html"],
  storybook: ["/guides/testing.html", "/troubleshooting.html"],
  nextjs: ["/guides/nextjs.html"],
  "401": ["/troubleshooting.html"],
  "403": ["/troubleshooting.html"],
  cors: ["/troubleshooting.html"],
  NO_MATCH: ["/troubleshooting.html"],
  "login loop": ["/troubleshooting.html"],
  "two copies of @kinde-oss/kinde-auth-react": ["/troubleshooting.html"],
  casl: ["/guides/migrate-casl.html"],
  opentelemetry: ["/guides/observability.html"],
};

/** How many results a reader looks at. */
const FIRST = 5;

/**
 * Searches the built site's index as the site does, with the options of VitePress' search box. Returns the problems of
 * each query: pages that are not among its first results.
 *
 * @param site folder of the built site
 */
export async function checkSearch(site: string): Promise<string[][]> {
  const [file] = globSync("assets/chunks/@localSearchIndexroot.*.js", { cwd: site });
  if (file === undefined) return [["The built site has no search index."]];
  const { default: json } = await import(pathToFileURL(join(site, file)).href);
  const index = MiniSearch.loadJSON(json, {
    fields: ["title", "titles", "text"],
    storeFields: ["title", "titles"],
    searchOptions: { fuzzy: 0.2, prefix: true, boost: { title: 4, text: 2, titles: 1 } },
  });
  return Object.entries(EXPECTED).map(([query, pages]) => {
    const first = index
      .search(query)
      .slice(0, FIRST)
      .map(({ id }) => String(id).split("#")[0]);
    const found = pages.some((page) => first.some((one) => one?.endsWith(page)));
    return found ? [] : [`The search for "${query}" finds none of ${pages.join(", ")} first: ${first.join(", ")}.`];
  });
}
