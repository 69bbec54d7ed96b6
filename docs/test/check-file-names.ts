import { type Block } from "./blocks.ts";

/**
 * The blocks of a file whose name the line above does not say. Neither GitHub, npm nor VitePress shows the name in
 * the block's first line.
 */
export function checkFileNames(blocks: readonly Block[]): string[][] {
  return blocks
    .filter(({ title }) => title !== undefined && /^[^ ]+\.\w+$/.test(title))
    .map(({ file, line, title, above }) =>
      above.includes(`\`${title}\``) ? [] : [`${file}:${line}: the line above the block does not say \`${title}\`.`],
    );
}
