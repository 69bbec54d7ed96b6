import { PLUGIN_LINES, PLUGIN_MODULE } from "./vite-config.ts";

/** What to add to the configuration of Vite, if it is not edited. */
export function viteConfigByHand(file = "vite.config.ts"): string {
  return block(`In ${file}, add the gateway to the plugins:`, [
    `import { kindeCerbos } from "${PLUGIN_MODULE}";`,
    "",
    ...PLUGIN_LINES,
  ]);
}

/**
 * What to put around the app, if its file is not edited.
 *
 * @param providerFile the file that has providers already
 */
export function providersByHand(mainFile = "src/main.tsx", providerFile?: string): string {
  if (providerFile === undefined) {
    return block(`In ${mainFile}, put the providers around your app:`, [
      'import { PermissionsExample } from "./permissions-example";',
      'import { Providers } from "./providers";',
      "",
      "<Providers>",
      "  <PermissionsExample />",
      "  <App />",
      "</Providers>",
    ]);
  }
  return block(
    `${providerFile} has a provider already. Put this inside of KindeProvider and QueryClientProvider, around your app:`,
    [
      'import { PermissionsProvider } from "@kinde-cerbos/react";',
      'import { PermissionsExample } from "./permissions-example";',
      "",
      '<PermissionsProvider pdp="/authz">',
      "  <PermissionsExample />",
      "  …",
      "</PermissionsProvider>",
      "",
      "To sign in at the local issuer in development, give KindeProvider these:",
      "domain={import.meta.env.VITE_KINDE_DOMAIN} clientId={import.meta.env.VITE_KINDE_CLIENT_ID}",
    ],
  );
}

function block(title: string, lines: readonly string[]): string {
  return [title, ...lines.map((line) => (line === "" ? "" : `    ${line}`))].join("\n");
}
