import { type Document } from "./document.ts";

declare global {
  var exampleDocuments: Map<string, Document> | undefined;
}

/**
 * Replaces your database. It is on `globalThis`, because Next.js loads a module once for pages and once for route
 * handlers.
 */
export const documents = (globalThis.exampleDocuments ??= new Map(
  (
    [
      { id: "1", title: "Budget", orgCode: "org_north", ownerId: "kp_ann", state: "draft" },
      { id: "2", title: "Handbook", orgCode: "org_north", ownerId: "kp_tom", state: "published" },
      { id: "3", title: "Roadmap", orgCode: "org_north", ownerId: "kp_tom", state: "draft" },
      { id: "4", title: "Lease", orgCode: "org_south", ownerId: "kp_ann", state: "draft" },
      { id: "5", title: "Menu", orgCode: "org_south", ownerId: "kp_sue", state: "published" },
    ] as const
  ).map((document) => [document.id, document]),
));
