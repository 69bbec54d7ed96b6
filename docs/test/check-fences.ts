import { type Block } from "./blocks.ts";

/** Languages whose blocks another check reads. */
const CHECKED: ReadonlySet<string> = new Set(["ts", "tsx", "js", "jsx", "json", "yaml"]);

/** Languages that no check reads, and why. */
const UNCHECKED: Readonly<Record<string, string>> = {
  "": "diagrams and descriptions",
  sh: "commands with made-up domains and tokens, some of which never end",
  text: "output and trees of folders",
  diff: "a part of a file",
  html: "one element",
  ini: "a file of environment variables",
  http: "headers, which a browser test of the playground reads",
};

/** The blocks in a language that is neither checked nor listed. */
export const checkFences = (blocks: readonly Block[]): string[] =>
  blocks
    .filter(({ language }) => !CHECKED.has(language) && !Object.hasOwn(UNCHECKED, language))
    .map(({ file, line, language }) => `${file}:${line - 1}: nothing checks a block of \`${language}\`.`);
