/** Everything that Cerbos has in its wildcards, besides alternatives: `*`, `**`, `?` and `[…]`. */
const WILDCARD = /\*+|\?|\[[^\]]*\]/g;

/**
 * The names among what policies list, with alternatives (`{a,b}`) apart: a `*` alone names nothing, so it is left out
 * beside names.
 */
export function namesOf(listed: Iterable<string>): string[] {
  const all = [...new Set([...listed].flatMap(alternatives))].toSorted();
  const named = all.filter((name) => !/^\*+$/.test(name));
  return named.length === 0 ? all : named;
}

/**
 * The TypeScript type of names in which Cerbos' wildcards may stand: `comment:*` is a template literal, `*` any text.
 */
export function typeOfNames(listed: Iterable<string>): string {
  const members = namesOf(listed).map((name) => {
    if (/^\*+$/.test(name)) return "string";
    return name.search(WILDCARD) < 0 ? JSON.stringify(name) : templateOf(name);
  });
  return members.toSorted().join(" | ") || "string";
}

/** `{a,b}:view` is `a:view` and `b:view`. */
export function alternatives(name: string): string[] {
  const [whole, before = "", list = "", after = ""] = /^(.*?)\{([^{}]*)\}(.*)$/.exec(name) ?? [];
  if (whole === undefined) return [name];
  return list.split(",").flatMap((one) => alternatives(`${before}${one}${after}`));
}

function templateOf(name: string): string {
  const texts = name.split(WILDCARD).map((text) => text.replaceAll(/[`\\]|\$\{/g, (special) => `\\${special}`));
  return `\`${texts.join("${string}")}\``;
}
