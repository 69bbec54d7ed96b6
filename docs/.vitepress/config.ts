import { defineConfig } from "vitepress";

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
      { text: "The PDP", link: "/pdp" },
      { text: "Architecture", link: "/architecture" },
    ],
    sidebar: [
      {
        text: "Start",
        items: [
          { text: "What it is and is not", link: "/" },
          { text: "Quick start", link: "/quick-start" },
          { text: "Set up an app", link: "/init" },
          { text: "Next.js", link: "/nextjs" },
          { text: "The demo", link: "/demo" },
        ],
      },
      {
        text: "How it works",
        items: [
          { text: "The path of a check", link: "/path" },
          { text: "The principal", link: "/principal" },
          { text: "Sessions and tokens", link: "/sessions" },
          { text: "Where the token comes from", link: "/token-sources" },
          { text: "Batching", link: "/batching" },
          { text: "What it costs", link: "/cost" },
          { text: "When the PDP does not answer", link: "/faults" },
          { text: "Clients of the PDP", link: "/pdp-clients" },
          { text: "Decisions", link: "/decisions" },
          { text: "Hooks and components", link: "/hooks" },
          { text: "Caching", link: "/caching" },
          { text: "Live updates", link: "/live" },
          { text: "Routers", link: "/routers" },
          { text: "Plans", link: "/plans" },
          { text: "Lists from plans", link: "/lists" },
          { text: "Rendering on a server", link: "/server-rendering" },
          { text: "React Router on a server", link: "/react-router" },
          { text: "TanStack Start", link: "/tanstack-start" },
          { text: "Expo and React Native", link: "/expo" },
          { text: "Without React", link: "/without-react" },
          { text: "Errors", link: "/errors" },
          { text: "What is not there yet", link: "/limits" },
        ],
      },
      {
        text: "Around it",
        items: [
          { text: "Configuring the PDP", link: "/pdp" },
          { text: "The doctor", link: "/doctor" },
          { text: "Types of your policies", link: "/typegen" },
          { text: "Policies for Kinde tokens", link: "/policies" },
          { text: "The gateway", link: "/gateway" },
          { text: "Deployment", link: "/deployment" },
          { text: "Security", link: "/security" },
          { text: "The local issuer", link: "/local-kinde" },
          { text: "One command for development", link: "/dev" },
          { text: "The issuer alone", link: "/issuer" },
          { text: "Testing", link: "/testing" },
          { text: "Devtools", link: "/devtools" },
        ],
      },
      {
        text: "For contributors",
        items: [{ text: "Architecture", link: "/architecture" }],
      },
    ],
    outline: { level: [2, 3] },
    footer: { message: "Apache-2.0. Not affiliated with Kinde or Cerbos." },
  },
});
