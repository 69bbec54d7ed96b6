import type { DefaultTheme } from "vitepress";

/** The pages, in the order in which the sidebar lists them. */
export const sidebar: DefaultTheme.SidebarItem[] = [
  {
    text: "Tutorial",
    items: [
      { text: "1. Create the app", link: "/tutorial/" },
      { text: "2. The first policy", link: "/tutorial/policy" },
      { text: "3. A list with row actions", link: "/tutorial/list" },
      { text: "4. The API", link: "/tutorial/api" },
      { text: "5. Two organizations", link: "/tutorial/organizations" },
      { text: "6. Test and go live", link: "/tutorial/go-live" },
    ],
  },
  {
    text: "Get started",
    items: [
      { text: "What it is", link: "/concepts/overview" },
      { text: "Quick start", link: "/quick-start" },
      { text: "Set up an app with one command", link: "/guides/init" },
      { text: "The playground", link: "/demo" },
    ],
  },
  {
    text: "Check permissions",
    items: [
      { text: "Hooks and components", link: "/guides/hooks" },
      { text: "Lists from query plans", link: "/guides/lists" },
      { text: "Live updates", link: "/guides/live" },
      { text: "Without React", link: "/guides/without-react" },
    ],
  },
  {
    text: "Screens",
    items: [
      { text: "Tables with row actions", link: "/guides/tables" },
      { text: "Forms and fields", link: "/guides/forms" },
      { text: "Navigation and route guards", link: "/guides/navigation" },
      { text: "View as another user", link: "/guides/view-as" },
      { text: "Offline", link: "/guides/offline" },
    ],
  },
  {
    text: "Frameworks",
    items: [
      { text: "Vite", link: "/quick-start" },
      { text: "Next.js", link: "/guides/nextjs" },
      { text: "Routers and route guards", link: "/guides/routers" },
      { text: "React Router, framework mode", link: "/guides/react-router" },
      { text: "TanStack Start", link: "/guides/tanstack-start" },
      { text: "Server rendering", link: "/guides/server-rendering" },
      { text: "Expo and React Native", link: "/guides/expo" },
    ],
  },
  {
    text: "Kinde and policies",
    items: [
      { text: "Policies for Kinde tokens", link: "/guides/policies" },
      { text: "Organization-scoped policies", link: "/guides/organizations" },
      { text: "Feature flags", link: "/guides/feature-flags" },
      { text: "Properties", link: "/guides/properties" },
      { text: "Entitlements and billing", link: "/guides/entitlements" },
      { text: "Types from your policies", link: "/guides/typegen" },
    ],
  },
  {
    text: "Migrate",
    items: [
      { text: "From Kinde permissions", link: "/guides/from-permissions" },
      { text: "From @cerbos/react", link: "/guides/migrate-cerbos-react" },
      { text: "From CASL", link: "/guides/migrate-casl" },
      { text: "From Permit.io", link: "/guides/migrate-permit" },
    ],
  },
  {
    text: "Develop and test",
    items: [
      { text: "One command for development", link: "/guides/dev" },
      { text: "A local Kinde", link: "/guides/local-kinde" },
      { text: "Run only the local Kinde", link: "/guides/issuer" },
      { text: "Testing", link: "/guides/testing" },
      { text: "Devtools", link: "/guides/devtools" },
      { text: "The doctor", link: "/guides/doctor" },
    ],
  },
  {
    text: "Production",
    items: [
      { text: "The gateway", link: "/guides/gateway" },
      { text: "Configure the PDP", link: "/guides/pdp" },
      { text: "Deployment", link: "/guides/deployment" },
      { text: "Hardening", link: "/guides/hardening" },
      { text: "Observability", link: "/guides/observability" },
      { text: "Performance", link: "/cost" },
    ],
  },
  { text: "Troubleshooting", link: "/troubleshooting" },
  {
    text: "Concepts",
    items: [
      { text: "The path of a check", link: "/concepts/path" },
      { text: "The principal", link: "/concepts/principal" },
      { text: "Sessions and organizations", link: "/concepts/sessions" },
      { text: "Token sources", link: "/concepts/token-sources" },
      { text: "Batching", link: "/concepts/batching" },
      { text: "Caching", link: "/concepts/caching" },
      { text: "Decisions", link: "/concepts/decisions" },
      { text: "Query plans", link: "/concepts/plans" },
      { text: "PDP clients", link: "/concepts/pdp-clients" },
      { text: "Failure modes", link: "/concepts/faults" },
      { text: "Security and threat model", link: "/concepts/security" },
    ],
  },
  {
    text: "Reference",
    items: [
      { text: "API of the packages", link: "/reference/api/" },
      { text: "Error codes", link: "/reference/errors" },
      { text: "Command line", link: "/reference/cli" },
      { text: "Glossary", link: "/reference/glossary" },
      { text: "Versions and support", link: "/reference/versions" },
      { text: "Known limitations", link: "/reference/limits" },
    ],
  },
  { text: "For contributors", items: [{ text: "Architecture", link: "/architecture" }] },
];
