import { block } from "./manual-steps.ts";
import { EXAMPLE, PROVIDERS } from "./our-modules.ts";

/** The files with providers of the app; `undefined` for a provider that no file has. */
export interface OwnProviders {
  readonly kinde: string | undefined;
  readonly query: string | undefined;
}

/** Returns the providers to put around the app by hand. */
export function providersByHand(mainFile: string | undefined, { kinde, query }: OwnProviders): string {
  if (kinde === undefined && query === undefined) {
    return block(`In ${mainFile ?? "the file that renders your app"}, put the providers around your app:`, [
      ...[EXAMPLE, PROVIDERS].map(({ names, from }) => `import { ${names} } from "${from}";`),
      "",
      `<${PROVIDERS.names}>`,
      `  <${EXAMPLE.names} />`,
      "  <App />",
      `</${PROVIDERS.names}>`,
    ]);
  }
  const present = [
    ...(kinde === undefined ? [] : [`KindeProvider (${kinde})`]),
    ...(query === undefined ? [] : [`QueryClientProvider (${query})`]),
  ].join(" and ");
  const missing = kinde === undefined ? "KindeProvider" : query === undefined ? "QueryClientProvider" : undefined;
  const without = missing === undefined ? "" : `, but no ${missing}`;
  return block(`Your app has ${present}${without}. Put these around your app, and keep what you have:`, [
    'import { PermissionsProvider } from "@kinde-cerbos/react";',
    ...(kinde === undefined ? ['import { KindeProvider } from "@kinde-oss/kinde-auth-react";'] : []),
    ...(query === undefined ? ['import { QueryClient, QueryClientProvider } from "@tanstack/react-query";'] : []),
    `import { ${EXAMPLE.names} } from "${EXAMPLE.from}";`,
    "",
    ...(query === undefined ? ["const queryClient = new QueryClient();", ""] : []),
    "<KindeProvider",
    "  domain={import.meta.env.VITE_KINDE_DOMAIN}",
    "  clientId={import.meta.env.VITE_KINDE_CLIENT_ID}",
    "  redirectUri={window.location.origin}",
    "  logoutUri={window.location.origin}",
    ">",
    "  <QueryClientProvider client={queryClient}>",
    '    <PermissionsProvider pdp="/authz">',
    `      <${EXAMPLE.names} />`,
    "      …",
    "    </PermissionsProvider>",
    "  </QueryClientProvider>",
    "</KindeProvider>",
  ]);
}
