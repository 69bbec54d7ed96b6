import { PLUGIN_LINES, PLUGIN_MODULE } from "./vite-config.ts";

/** What to add to the configuration of Vite, if it is not edited. */
export function viteConfigByHand(file: string): string {
  return block(`In ${file}, add the gateway to the plugins:`, [
    `import { kindeCerbos } from "${PLUGIN_MODULE}";`,
    "",
    ...PLUGIN_LINES,
  ]);
}

/** A step with its lines of code. */
export function block(title: string, lines: readonly string[]): string {
  return [title, ...lines.map((line) => (line === "" ? "" : `    ${line}`))].join("\n");
}
