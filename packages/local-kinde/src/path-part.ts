/** Decodes a part of a URL's path. Returns it unchanged if that fails: no entry of a config has such a name. */
export function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
