// Anyone can call these server functions, whatever page they are written for. So each one decides for itself.
import { claimsFromToken } from "@kinde-cerbos/core";
import { notFound } from "@tanstack/react-router";
import { createServerFn } from "@tanstack/react-start";
import { documents, listed, resourceOf, textIn, viewChecks } from "../../shared/documents.ts";
import { prefetch } from "../../shared/prefetch.ts";
import { authorize, requireAllowed } from "./authz.server.ts";
import { tokenOf } from "./session.server.ts";

// `strict: false`, because claims and decisions are plain JSON although their types do not say so.

/** Returns the claims of the signed-in user; `null` if nobody is signed in. */
export const getClaims = createServerFn({ strict: false }).handler(async () => {
  const token = await tokenOf();
  return token === null ? null : claimsFromToken(token);
});

/** Returns the documents that the user may view. */
export const listDocuments = createServerFn().handler(async () =>
  (await tokenOf()) === null ? [] : listed(await authorize(viewChecks())),
);

export const loadDocument = createServerFn({ strict: false })
  .validator(String)
  .handler(async ({ data: id }) => {
    const { document, resource } = find(id);
    const session = await requireAllowed({ action: "view", resource });
    const decisions = await prefetch(session, [
      { action: "edit", resource },
      { action: "delete", resource },
    ]);
    return { title: document.title, resource, decisions };
  });

export const renameDocument = createServerFn({ method: "POST" })
  .validator((form: FormData) => ({ id: textIn(form, "id"), title: textIn(form, "title") }))
  .handler(async ({ data: { id, title } }) => {
    const { document, resource } = find(id);
    await requireAllowed({ action: "edit", resource });
    document.title = title;
  });

export const deleteDocument = createServerFn({ method: "POST" })
  .validator(String)
  .handler(async ({ data: id }) => {
    await requireAllowed({ action: "delete", resource: find(id).resource });
    documents.delete(id);
  });

function find(id: string) {
  const document = documents.get(id);
  if (!document) throw notFound();
  return { document, resource: resourceOf(id, document) };
}
