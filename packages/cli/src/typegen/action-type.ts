/** Cerbos' wildcards, except alternatives: `*`, `**`, `?` and `[…]`. */
const WILDCARD = /\*+|\?|\[[^\]]*\]/g;

/**
 * Returns the names in lists of policies, with alternatives (`{a,b}`) split. A `*` alone is left out if there are other
 * names.
 */
export function namesOf(listed: Iterable<string>): string[] {
  const all = [...new Set([...listed].flatMap(alternatives))].toSorted();
  const named = all.filter((name) => !/^\*+$/.test(name));
  return named.length === 0 ? all : named;
}

/**
 * Returns the TypeScript type of names, which may contain Cerbos' wildcards: `comment:*` becomes a template literal,
 * `*` becomes `string`.
 */
export function typeOfNames(listed: Iterable<string>): string {
  const members = namesOf(listed).map((name) => {
    if (/^\*+$/.test(name)) return "string";
    return name.search(WILDCARD) < 0 ? JSON.stringify(name) : templateOf(name);
  });
  return members.toSorted().join(" | ") || "string";
}

/** Splits alternatives: `{a,b}:view` becomes `a:view` and `b:view`. */
export function alternatives(name: string): string[] {
  const [whole, before = "", list = "", after = ""] = /^(.*?)\{([^{}]*)\}(.*)$/.exec(name) ?? [];
  if (whole === undefined) return [name];
  return list.split(",").flatMap((one) => alternatives(`${before}${one}${after}`));
}

function templateOf(name: string): string {
  const texts = name.split(WILDCARD).map((text) => text.replaceAll(/[`\\]|\$\{/g, (special) => `\\${special}`));
  return `\`${texts.join("${string}")}\``;
}
