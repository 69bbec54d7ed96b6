import { PLUGIN_LINES, PLUGIN_MODULE } from "./vite-config.ts";

/** Returns what to add to the Vite configuration by hand. */
export function viteConfigByHand(file: string): string {
  return block(`In ${file}, add the gateway to the plugins:`, [
    `import { kindeCerbos } from "${PLUGIN_MODULE}";`,
    "",
    ...PLUGIN_LINES,
  ]);
}

/**
 * Returns how to use the local Kinde in development, if another env file already sets a Kinde domain.
 *
 * @param lines the lines that `init` would write
 */
export function devEnvByHand(otherFile: string, lines: string): string {
  return block(
    `${otherFile} already sets a Kinde domain, and your app keeps using it. To sign in to the local Kinde in ` +
      `development, add these lines to .env.development, which overrides ${otherFile}:`,
    lines.split("\n").filter((line) => line.startsWith("VITE_")),
  );
}

/** Formats a step with its lines of code. */
export function block(title: string, lines: readonly string[]): string {
  return [title, ...lines.map((line) => (line === "" ? "" : `    ${line}`))].join("\n");
}
