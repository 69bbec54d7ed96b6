/** Everything that Cerbos has in its wildcards, besides alternatives: `*`, `**`, `?` and `[…]`. */
const WILDCARD = /\*+|\?|\[[^\]]*\]/g;

/**
 * The TypeScript type of names in which Cerbos' wildcards may stand: `comment:*` is a template literal. A `*` alone
 * names nothing, so it is left out beside names. Without any name, every text is one.
 */
export function typeOfNames(names: Iterable<string>): string {
  const members = [...names]
    .flatMap(alternatives)
    .filter((name) => !/^\*+$/.test(name))
    .map((name) => (name.search(WILDCARD) < 0 ? JSON.stringify(name) : templateOf(name)));
  return members.length === 0 ? "string" : [...new Set(members)].toSorted().join(" | ");
}

/** `{a,b}:view` is `a:view` and `b:view`. */
function alternatives(name: string): string[] {
  const [whole, before = "", list = "", after = ""] = /^(.*?)\{([^{}]*)\}(.*)$/.exec(name) ?? [];
  if (whole === undefined) return [name];
  return list.split(",").flatMap((one) => alternatives(`${before}${one}${after}`));
}

function templateOf(name: string): string {
  const texts = name.split(WILDCARD).map((text) => text.replaceAll(/[`\\]|\$\{/g, (special) => `\\${special}`));
  return `\`${texts.join("${string}")}\``;
}
