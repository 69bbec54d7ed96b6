/** A code block, or a file that is shown as one, with the name of a file in brackets. */
const NAMED = /^ *(?:`{3,}[\w-]+|<<< \S+) \[([^ ]+\.\w+)\]$/;

/**
 * The samples of a page that are files, and whose name is not in the line above. Neither GitHub, npm nor VitePress
 * shows the name in brackets, except in the tabs of a `code-group`.
 */
export function checkFileNames(page: string, markdown: string): string[][] {
  const samples: string[][] = [];
  let above = "";
  let hasTabs = false;
  for (const [at, line] of markdown.split("\n").entries()) {
    if (line.startsWith(":::")) hasTabs = line.includes("code-group");
    const name = NAMED.exec(line)?.[1];
    if (name !== undefined && !hasTabs) {
      samples.push(above.includes(`\`${name}\``) ? [] : [`${page}:${at + 1}: the line above does not name ${name}.`]);
    }
    if (line.trim() !== "") above = line;
  }
  return samples;
}
