/** A part of a URL's path, decoded; as it is if it cannot be, as no entry of a config is called so. */
export function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
