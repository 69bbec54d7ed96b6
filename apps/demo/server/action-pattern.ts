/** What stands for what in a pattern. Nothing but a double star goes beyond a colon. */
const PARTS = /\*\*+|\*|\?|\[!?[^\]]*\]|[{},]|\\.|./gsu;

/** Whether an action is one of those that a rule names. As in Cerbos, only a name with a star is a pattern. */
export function actionMatches(pattern: string, action: string): boolean {
  if (!pattern.includes("*")) return pattern === action;
  if (pattern === "*") return true;
  let depth = 0;
  const parts = [...pattern.matchAll(PARTS)].map(([part]) => {
    if (part === "*") return "[^:]*";
    if (part.startsWith("**")) return ".*";
    if (part === "?") return "[^:]";
    if (part.length > 1 && part.startsWith("[")) return part.replace("[!", "[^");
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
  return new RegExp(`^${parts.join("")}${")".repeat(depth)}$`, "su").test(action);
}
