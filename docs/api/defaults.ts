import { type Comment, type CommentDisplayPart, CommentTag, type ProjectReflection } from "typedoc";

/** Moves the sentence "Default: …" of each comment into a column of its own. */
export function moveDefaults(project: ProjectReflection): void {
  for (const { comment } of Object.values(project.reflections)) if (comment !== undefined) moveDefault(comment);
}

function moveDefault(comment: Comment): void {
  const start = comment.summary.findIndex(({ kind, text }) => kind === "text" && /Default:\s/.test(text));
  const first = comment.summary[start];
  if (first === undefined) return;
  const [before = "", after = ""] = first.text.split(/Default:\s/, 2);
  const sentence: CommentDisplayPart[] = [];
  const rest: CommentDisplayPart[] = [];
  for (const part of [{ kind: "text", text: after } as const, ...comment.summary.slice(start + 1)]) {
    if (rest.length > 0 || part.kind !== "text") {
      (rest.length > 0 ? rest : sentence).push(part);
      continue;
    }
    const end = part.text.search(/\.(\s|$)/);
    sentence.push({ kind: "text", text: end === -1 ? part.text : part.text.slice(0, end) });
    if (end !== -1) rest.push({ kind: "text", text: part.text.slice(end + 1).trimStart() });
  }
  comment.summary = [...comment.summary.slice(0, start), { kind: "text", text: before }, ...rest];
  comment.blockTags.push(new CommentTag("@defaultValue", sentence.map(inTable)));
}

/** The column holds plain text: a link becomes the name it shows. */
function inTable(part: CommentDisplayPart): CommentDisplayPart {
  if (part.kind === "inline-tag") return { kind: "code", text: `\`${part.text}\`` };
  return { ...part, text: part.text.replaceAll("\n", " ") };
}
