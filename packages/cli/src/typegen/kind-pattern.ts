import { alternatives } from "./action-type.ts";

/** The regular expression of each wildcard. A set of characters is treated as any character, which is enough here. */
const MEANINGS = new Map([
  ["*", "[^:]*"],
  ["**", ".*"],
]);

/** Whether a kind matches a pattern with Cerbos' wildcards. `:` separates the parts of a kind. */
export function matchesKind(pattern: string, kind: string): boolean {
  return alternatives(pattern).some((one) => {
    const source = one.replaceAll(/\*{1,2}|\?|\[[^\]]*\]|[^\w]/gu, (part) => {
      const isOneCharacter = part === "?" || part.length > 2;
      return MEANINGS.get(part) ?? (isOneCharacter ? "[^:]" : `\\u{${part.codePointAt(0)?.toString(16)}}`);
    });
    return new RegExp(`^${source}$`, "u").test(kind);
  });
}
