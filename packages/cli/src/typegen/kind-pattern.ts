import { alternatives } from "./action-type.ts";

/** What a wildcard stands for. A set of characters is taken for any: it matters little here. */
const MEANINGS = new Map([
  ["*", "[^:]*"],
  ["**", ".*"],
]);

/** Whether a kind is one that a rule with Cerbos' wildcards is about. `:` is between the parts of a kind. */
export function matchesKind(pattern: string, kind: string): boolean {
  return alternatives(pattern).some((one) => {
    const source = one.replaceAll(/\*{1,2}|\?|\[[^\]]*\]|[^\w]/gu, (part) => {
      const isOneCharacter = part === "?" || part.length > 2;
      return MEANINGS.get(part) ?? (isOneCharacter ? "[^:]" : `\\u{${part.codePointAt(0)?.toString(16)}}`);
    });
    return new RegExp(`^${source}$`, "u").test(kind);
  });
}
