import { type SeenRequest } from "@kinde-cerbos/core/internal";

/** The body of a request as it is sent, but for `auxData`, which has the token. */
export function wireBody({ request }: SeenRequest): object {
  const { hasToken: _, keySetId: _keySet, includeMetadata, ...body } = request;
  // The REST API has another name for it.
  return { ...body, ...(includeMetadata !== undefined && { includeMeta: includeMetadata }) };
}

/** The size of a value as JSON, in bytes. */
export function bytesOf(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value) ?? "").length;
}

/** A size for people: `640 B`, `12.3 kB`. */
export function bytesText(bytes: number): string {
  return bytes < 1000 ? `${bytes} B` : `${(bytes / 1000).toFixed(1)} kB`;
}
