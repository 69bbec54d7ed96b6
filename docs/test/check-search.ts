import { globSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import MiniSearch from "minisearch";
import { searchOptions } from "../.vitepress/search.ts";

/** What readers type, and the pages of which one must be the first result. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  mock: ["/guides/testing.html", "/troubleshooting.html"],
  storybook: ["/guides/testing.html"],
  nextjs: ["/guides/nextjs.html"],
  "400": ["/troubleshooting.html"],
  "401": ["/troubleshooting.html"],
  "403": ["/troubleshooting.html"],
  "404": ["/troubleshooting.html"],
  "413": ["/troubleshooting.html"],
  "500": ["/troubleshooting.html"],
  "503": ["/troubleshooting.html"],
  cors: ["/troubleshooting.html"],
  NO_MATCH: ["/troubleshooting.html"],
  "login loop": ["/troubleshooting.html"],
  "two copies of @kinde-oss/kinde-auth-react": ["/troubleshooting.html"],
  impersonation: ["/guides/view-as.html"],
  impersonate: ["/guides/view-as.html"],
  csp: ["/guides/hardening.html"],
  realtime: ["/guides/live.html"],
  "real-time": ["/guides/live.html"],
  sbom: ["/reference/versions.html"],
  ssr: ["/guides/server-rendering.html"],
  vite: ["/quick-start.html"],
  offline: ["/guides/offline.html"],
  casl: ["/guides/migrate-casl.html"],
  opentelemetry: ["/guides/observability.html"],
};

/**
 * Searches the built site's index as the site does. Returns the problems of each query: its first result is on another
 * page.
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
    searchOptions,
  });
  return Object.entries(EXPECTED).map(([query, pages]) => {
    const first = String(index.search(query)[0]?.id ?? "nothing").split("#")[0] ?? "";
    const found = pages.some((page) => first.endsWith(page));
    return found ? [] : [`The search for "${query}" finds ${first} first, and not ${pages.join(" or ")}.`];
  });
}
