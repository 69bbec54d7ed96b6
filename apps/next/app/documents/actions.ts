"use server";

import { Refusal } from "@kinde-cerbos/next";
import { refresh } from "next/cache";
import { requireAllowed } from "../../lib/authz.ts";
import { type Document, resourceOf } from "../../lib/document.ts";
import { documents } from "../../lib/documents.ts";

export async function publishDocument(_: string | null, form: FormData): Promise<string | null> {
  return change(form, "edit", (document) => documents.set(document.id, { ...document, state: "published" }));
}

export async function deleteDocument(_: string | null, form: FormData): Promise<string | null> {
  return change(form, "delete", ({ id }) => documents.delete(id));
}

/**
 * Decides again, because anyone can call a server action with any id. Returns the message for the user if it is
 * refused.
 */
async function change(
  form: FormData,
  action: "edit" | "delete",
  apply: (document: Document) => void,
): Promise<string | null> {
  const id = form.get("id");
  const document = typeof id === "string" && documents.get(id);
  if (!document) return "This document does not exist.";
  try {
    await requireAllowed({ action, resource: resourceOf(document) });
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
  apply(document);
  refresh();
  return null;
}
