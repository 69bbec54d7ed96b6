import { type Decision } from "@kinde-cerbos/core";

/** All documents of an organization, in the form that Cerbos is asked about. */
export interface LibraryResource {
  readonly kind: "library";
  readonly id: "documents";
  /** Exactly what `policies/_schemas/library.json` accepts. */
  readonly attr: { readonly orgCode: string; readonly documents: number };
}

/** The question's subject: an organization, and how many of its documents there are for the user. */
export function libraryResource(orgCode: string, documents: number): LibraryResource {
  return { kind: "library", id: "documents", attr: { orgCode, documents } };
}

/** Why exporting is denied, in the policy's own words. */
export interface ExportHint {
  readonly reason: string;
  /** Whether another plan would allow it. */
  readonly isUpgrade: boolean;
}

/** The policy's hint for a denied export; `null` if it gives none, as where the user lacks the permission. */
export function exportHint(decision: Pick<Decision, "outputs"> | null | undefined): ExportHint | null {
  for (const { value } of decision?.outputs ?? []) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) continue;
    const { reason, upgrade } = value;
    if (typeof reason === "string") return { reason, isUpgrade: upgrade === "exports" };
  }
  return null;
}
