import { type SeenRequest } from "@kinde-cerbos/core/internal";

/** Returns the body of a request, without `auxData`, which contains the token. */
export function wireBody({ request }: SeenRequest): object {
  const { hasToken: _, keySetId: _keySet, includeMetadata, ...body } = request;
  // The REST API names it `includeMeta`.
  return { ...body, ...(includeMetadata !== undefined && { includeMeta: includeMetadata }) };
}

/** Returns the size of a value as JSON, in bytes. */
export function bytesOf(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value) ?? "").length;
}

/** Returns a size as text: `640 B`, `12.3 kB`. */
export function bytesText(bytes: number): string {
  return bytes < 1000 ? `${bytes} B` : `${(bytes / 1000).toFixed(1)} kB`;
}
