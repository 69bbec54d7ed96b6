import { readFileSync } from "node:fs";
import { defineConfig } from "vitepress";
import { REPOSITORY_URL } from "../../apps/demo/src/repository.ts";
import { apiSidebars } from "./api-sidebar.ts";
import { searchOptions } from "./search.ts";
import { sidebar } from "./sidebar.ts";

const { version } = JSON.parse(readFileSync(new URL("../../packages/react/package.json", import.meta.url), "utf8"));

export default defineConfig({
  title: "kinde-cerbos",
  description: "Kinde says who the user is, Cerbos says what that user may do: joined in React.",
  lang: "en",
  lastUpdated: true,
  ignoreDeadLinks: false,
  // The sidebars are in a script that all pages share, not in the HTML of each.
  metaChunk: true,
  // They are included into pages.
  srcExclude: ["parts/**"],
  // A project site is often served below a path: DOCS_BASE=/kinde-cerbos/ builds it for that.
  base: process.env["DOCS_BASE"] ?? "/",
  head: [["link", { rel: "icon", type: "image/svg+xml", href: `${process.env["DOCS_BASE"] ?? "/"}icon.svg` }]],
  themeConfig: {
    search: { provider: "local", options: { miniSearch: { searchOptions } } },
    nav: [
      { text: "Quick start", link: "/quick-start" },
      { text: "Guides", link: "/guides/hooks", activeMatch: "/guides/" },
      { text: "Concepts", link: "/concepts/path", activeMatch: "/concepts/" },
      { text: "Reference", link: "/reference/errors", activeMatch: "/reference/(?!api/)" },
      { text: "API", link: "/reference/api/", activeMatch: "/reference/api/" },
      { text: `v${version}`, link: `${REPOSITORY_URL}/releases` },
    ],
    sidebar: { "/": sidebar, ...apiSidebars },
    socialLinks: [{ icon: "github", link: REPOSITORY_URL }],
    // Pages of the API reference have a link to their source instead.
    editLink: { pattern: `${REPOSITORY_URL}/edit/main/docs/:path`, text: "Edit this page" },
    outline: { level: [2, 3] },
    footer: { message: "Apache-2.0. Not affiliated with Kinde or Cerbos." },
  },
});
