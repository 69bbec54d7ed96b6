import { resource, type Resource } from "@kinde-cerbos/core";

/** A document of the workspace. */
export interface Document {
  readonly id: string;
  readonly title: string;
  readonly orgCode: string;
  readonly ownerId: string;
  readonly state: "draft" | "published";
}

/** What a policy may know of a document. Page and server need the same attributes: they are a part of each check. */
export function resourceOf({ id, orgCode, ownerId, state }: Document): Resource {
  return resource("document", id, { orgCode, ownerId, state });
}
