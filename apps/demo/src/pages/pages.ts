import { type ComponentType, lazy } from "react";

/** A page of the playground. Its folder is `src/pages/NAME`, and its code is loaded when it is opened. */
export interface PageInfo {
  /** In the address, and the link to it: `/policies`. */
  readonly path: string;
  /** In the navigation, as the heading and in the browser's tab. */
  readonly title: string;
  /** The purpose of the page, in one sentence: below the heading, and for search engines. */
  readonly intro: string;
  /** The path of an SVG of 16 × 16, drawn with a line. */
  readonly icon: string;
  /** The folder in `apps/demo`, for the link to the code. */
  readonly code: string;
  /** Whether it is also for those who are not signed in. Default: false. */
  readonly isPublic?: boolean;
  readonly Page: ComponentType;
}

/** The component `Page` of a module, which is loaded when it is shown first. */
function lazily(load: () => Promise<{ readonly Page: ComponentType }>): ComponentType {
  return lazy(async () => ({ default: (await load()).Page }));
}

/** All pages, in the order of the navigation. The first is the home page. */
export const PAGES: readonly PageInfo[] = [
  {
    path: "/",
    title: "Workspace",
    intro: "Your organization's documents. Cerbos decides on each button. Press a dash to see why an action is denied.",
    icon: "M4 2.5h5.5L12.5 5.5v8h-8.5zM9 2.5v3.5h3.5M6.5 9h3.5M6.5 11.25h3.5",
    code: "src/pages/workspace",
    Page: lazily(() => import("./workspace/page.tsx")),
  },
  {
    path: "/policies",
    title: "Policies",
    intro:
      "The rules, in YAML. Save a change, and every open page follows within a second. Your changes last until the playground stops.",
    icon: "M5.5 2.5L2.5 8l3 5.5M10.5 2.5l3 5.5-3 5.5",
    code: "src/pages/policies",
    Page: lazily(() => import("./policies/page.tsx")),
  },
  {
    path: "/people",
    title: "People",
    intro:
      "Change someone's roles, permissions, flags or plan, as an admin does in Kinde, and see what changes in their token, principal and decisions.",
    icon: "M6 7.5a2.4 2.4 0 100-4.8 2.4 2.4 0 000 4.8zM1.8 13.2c.4-2.3 2.1-3.4 4.2-3.4s3.8 1.1 4.2 3.4M11 3.1a2.4 2.4 0 010 4.2M11.8 9.9c1.4.5 2.2 1.6 2.5 3.3",
    code: "src/pages/people",
    Page: lazily(() => import("./people/page.tsx")),
  },
  {
    path: "/matrix",
    title: "Matrix",
    intro: "Who may do what with a document: Cerbos' decisions for all people in all their organizations.",
    icon: "M2.5 2.5h11v11h-11zM2.5 6.2h11M2.5 9.8h11M6.2 2.5v11M9.8 2.5v11",
    code: "src/pages/matrix",
    Page: lazily(() => import("./matrix/page.tsx")),
  },
  {
    path: "/faults",
    title: "Faults",
    intro: "What an app shows if something fails between it and Cerbos, and what its user can do.",
    icon: "M8 2.5l6 10.5h-12zM8 6.5v3M8 11.2v.1",
    code: "src/pages/faults",
    Page: lazily(() => import("./faults/page.tsx")),
  },
  {
    path: "/attack",
    title: "Attack",
    intro: "Send the lies that a browser could tell, and see which layer stops each one.",
    icon: "M8 1.75l5 2v4c0 3.2-2 5.3-5 6.5-3-1.2-5-3.3-5-6.5v-4zM6 6l4 4M10 6l-4 4",
    code: "src/pages/attack",
    Page: lazily(() => import("./attack/page.tsx")),
  },
  {
    path: "/cost",
    title: "Cost",
    intro: "The same checks sent twice: one request per check, and batched. Compare them.",
    icon: "M2 4h4M4 8h6M7 12h7M2 2v12",
    code: "src/pages/cost",
    Page: lazily(() => import("./cost/page.tsx")),
  },
  {
    path: "/own-kinde",
    title: "Your own Kinde",
    intro: "Run this playground with your own Kinde and PDP: current settings, a check-up, and instructions.",
    icon: "M8 8.2a2.6 2.6 0 100-5.2 2.6 2.6 0 000 5.2zM2.8 13.5c.6-2.4 2.7-3.6 5.2-3.6s4.6 1.2 5.2 3.6",
    code: "src/pages/own-kinde",
    isPublic: true,
    Page: lazily(() => import("./own-kinde/page.tsx")),
  },
];
