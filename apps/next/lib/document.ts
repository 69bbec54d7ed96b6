import { resource, type Resource } from "@kinde-cerbos/core";

/** A document of the workspace. */
export interface Document {
  readonly id: string;
  readonly title: string;
  readonly orgCode: string;
  readonly ownerId: string;
  readonly state: "draft" | "published";
}

/**
 * Returns the attributes of a document for policies. Page and server must use the same ones, because they are part of
 * each check.
 */
export function resourceOf({ id, orgCode, ownerId, state }: Document): Resource {
  return resource("document", id, { orgCode, ownerId, state });
}
