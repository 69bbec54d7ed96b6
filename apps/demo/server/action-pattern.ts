/** The parts of a pattern: wildcards, sets and lists of alternatives, escaped and other characters. */
const PARTS = /\*\*+|\*|\?|\[!?(?:\\.|[^\]\\])*\]|[{},]|\\.|./gsu;

/** A set of characters, such as `[a-z]`; what is not a valid expression for a set without an end or without characters. */
function setOf(part: string): string {
  const [, not, characters = ""] = /^\[(!?)(.+)\]$/su.exec(part) ?? [];
  if (characters === "") return "(";
  const escaped = characters.replaceAll(/\\?(.)/gsu, (whole, character: string) =>
    /[\\^[\]]/.test(character) || whole === String.raw`\-` ? `\\${character}` : character,
  );
  return `[${not === "" ? "" : "^"}${escaped}]`;
}

/**
 * Whether an action matches a name in the `actions` of a rule. As in Cerbos, only a name with a star is a pattern, and
 * only a double star matches a colon. A pattern that is not valid, such as `[z-a]*`, matches nothing.
 */
export function actionMatches(pattern: string, action: string): boolean {
  if (!pattern.includes("*")) return pattern === action;
  if (pattern === "*") return true;
  let depth = 0;
  const parts = [...pattern.matchAll(PARTS)].map(([part]) => {
    if (part === "*") return "[^:]*";
    if (part.startsWith("**")) return ".*";
    if (part === "?") return "[^:]";
    if (part.startsWith("[")) return setOf(part);
    if (part === "{") {
      depth += 1;
      return "(?:";
    }
    if (part === "}" && depth > 0) {
      depth -= 1;
      return ")";
    }
    if (part === "," && depth > 0) return "|";
    const character = part.startsWith("\\") && part.length > 1 ? part.slice(1) : part;
    return character.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
  });
  try {
    return new RegExp(`^${parts.join("")}${")".repeat(depth)}$`, "su").test(action);
  } catch {
    return false;
  }
}
