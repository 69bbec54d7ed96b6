import { PLUGIN_LINES, PLUGIN_MODULE } from "./vite-config.ts";

/** What to add to the configuration of Vite, if it is not edited. */
export function viteConfigByHand(file: string): string {
  return block(`In ${file}, add the gateway to the plugins:`, [
    `import { kindeCerbos } from "${PLUGIN_MODULE}";`,
    "",
    ...PLUGIN_LINES,
  ]);
}

/**
 * How to use the local issuer in development, if another file names a Kinde already.
 *
 * @param lines what init would write
 */
export function devEnvByHand(otherFile: string, lines: string): string {
  return block(
    `${otherFile} names a Kinde already, and your app goes on using it. To sign in at the local issuer in development, ` +
      `put these into .env.development, which wins over ${otherFile}:`,
    lines.split("\n").filter((line) => line.startsWith("VITE_")),
  );
}

/** A step with its lines of code. */
export function block(title: string, lines: readonly string[]): string {
  return [title, ...lines.map((line) => (line === "" ? "" : `    ${line}`))].join("\n");
}
