import { defineConfig } from "vitepress";
import { sidebar } from "./sidebar.ts";

export default defineConfig({
  title: "kinde-cerbos",
  description: "Kinde says who the user is, Cerbos says what that user may do: joined in React.",
  lang: "en",
  // They are included into pages.
  srcExclude: ["parts/**"],
  // A project site is often served below a path: DOCS_BASE=/kinde-cerbos/ builds it for that.
  base: process.env["DOCS_BASE"] ?? "/",
  head: [["link", { rel: "icon", type: "image/svg+xml", href: `${process.env["DOCS_BASE"] ?? "/"}icon.svg` }]],
  themeConfig: {
    search: { provider: "local" },
    nav: [
      { text: "Quick start", link: "/quick-start" },
      { text: "Guides", link: "/guides/hooks", activeMatch: "/guides/" },
      { text: "Concepts", link: "/concepts/path", activeMatch: "/concepts/" },
      { text: "Reference", link: "/reference/errors", activeMatch: "/reference/" },
    ],
    sidebar,
    outline: { level: [2, 3] },
    footer: { message: "Apache-2.0. Not affiliated with Kinde or Cerbos." },
  },
});
