import { fileURLToPath } from "node:url";
import { loadConfig, type LocalKindeConfig } from "@kinde-cerbos/local-kinde";

/** The demo's people, organizations, roles and flags. */
export const KINDE_JSON = new URL("../kinde.json", import.meta.url);

/** The application of `kinde.json` that the page signs in with. */
export const CLIENT_ID = "kinde-cerbos-demo";

/** Its API, which the page asks tokens for. */
export const AUDIENCE = "https://documents.example.com";

/** The origin that `kinde.json` is written for. */
const WRITTEN_FOR = "http://localhost:5173";

/**
 * `kinde.json`, for a page at this origin.
 *
 * @throws LocalKindeConfigError with the file, and the path of each problem in it
 */
export async function kindeConfig(origin: string): Promise<LocalKindeConfig> {
  const config = await loadConfig(fileURLToPath(KINDE_JSON));
  const move = (uri: string): string => (uri.startsWith(WRITTEN_FOR) ? origin + uri.slice(WRITTEN_FOR.length) : uri);
  for (const application of config.applications) {
    application.redirectUris = application.redirectUris.map(move);
    application.logoutRedirectUris = application.logoutRedirectUris?.map(move) ?? [];
  }
  for (const webhook of config.webhooks ?? []) webhook.url = move(webhook.url);
  return config;
}
