import { readFileSync } from "node:fs";
import type { DefaultTheme } from "vitepress";

const entryPoints: { text: string; link: string; items: DefaultTheme.SidebarItem[] }[] = JSON.parse(
  readFileSync(new URL("../reference/api/sidebar.json", import.meta.url), "utf8"),
);

/**
 * The sidebars of the API reference, as `docs/api/generate.ts` lists its pages. Each entry point has its own, which
 * shows only its own exports: all of them at once would be most of each page.
 */
export const apiSidebars: DefaultTheme.SidebarMulti = Object.fromEntries([
  ["/reference/api/", [contents()]],
  ...entryPoints.map((entryPoint) => [entryPoint.link, [contents(entryPoint)]]),
]);

function contents(open?: DefaultTheme.SidebarItem): DefaultTheme.SidebarItem {
  const items = entryPoints.map((each) => (each === open ? each : { text: each.text, link: each.link }));
  return { text: "API reference", link: "/reference/api/", items };
}
