/** A fenced code block of a Markdown file. */
export interface Block {
  /** The file it stands in, relative to the repository. */
  readonly file: string;
  /** Line of its first line of code, from 1. */
  readonly line: number;
  /** What follows the fence: `tsx`, `yaml`. */
  readonly language: string;
  /** A path in brackets after the language, as in `[policies/document.yaml]`. It may have brackets itself. */
  readonly title: string | undefined;
  readonly code: string;
}

const FENCE = /^( *)(`{3,})([\w-]+)?(?: *\[(.+?)\](?= |$))?.*$/;

/** All code blocks of a Markdown file, in their order. */
export function blocksOf(file: string, markdown: string): Block[] {
  const blocks: Block[] = [];
  const lines = markdown.split("\n");
  for (let start = 0; start < lines.length; start += 1) {
    const [, indent = "", fence, language = "", title] = FENCE.exec(lines[start] ?? "") ?? [];
    if (fence === undefined) continue;
    let end = start + 1;
    while (end < lines.length && lines[end]?.trim() !== fence) end += 1;
    if (end === lines.length) throw new Error(`${file}:${start + 1}: this code block has no end.`);
    const code = lines.slice(start + 1, end).map((line) => line.slice(indent.length));
    blocks.push({ file, line: start + 2, language, title, code: code.join("\n") });
    start = end;
  }
  return blocks;
}
