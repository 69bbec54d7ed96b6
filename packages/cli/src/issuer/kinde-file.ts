import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { LocalKindeConfig } from "@kinde-cerbos/local-kinde";
import { ProgramError } from "../programs/program-error.ts";

/**
 * Reads the config of the local Kinde.
 *
 * @param file its path as typed, which messages repeat
 * @param origins more origins where the redirect URIs of the config are allowed
 * @throws ProgramError with all problems of the file
 */
export async function readKindeFile(
  file: string,
  cwd: string,
  origins: readonly string[] = [],
): Promise<LocalKindeConfig> {
  const path = resolve(cwd, file);
  if (!existsSync(path)) throw new ProgramError(missingFile(file));
  const { loadConfig, LocalKindeError } = await import("@kinde-cerbos/local-kinde");
  try {
    return withOrigins(await loadConfig(path), origins);
  } catch (error) {
    throw error instanceof LocalKindeError ? new ProgramError(error.message, { cause: error }) : error;
  }
}

/** Adds a copy of each redirect URI for each of the origins. */
function withOrigins(config: LocalKindeConfig, origins: readonly string[]): LocalKindeConfig {
  const alsoAt = (uris: readonly string[]): string[] => [
    ...new Set([
      ...uris,
      ...origins.flatMap((origin) => uris.map((uri) => origin + uri.slice(new URL(uri).origin.length))),
    ]),
  ];
  return {
    ...config,
    applications: config.applications.map((application) => ({
      ...application,
      redirectUris: alsoAt(application.redirectUris),
      logoutRedirectUris: alsoAt(application.logoutRedirectUris ?? []),
    })),
  };
}

function missingFile(file: string): string {
  return `There is no ${file}. Set --config to another file, or create ${file}. A minimal config is:\n${MINIMAL}`;
}

const MINIMAL = `{
  "applications": [
    {
      "clientId": "my-app",
      "redirectUris": ["http://localhost:5173"],
      "logoutRedirectUris": ["http://localhost:5173"],
      "claims": { "include": ["roles"] }
    }
  ],
  "roles": [{ "key": "editor", "name": "Editor", "permissions": [] }],
  "organizations": [{ "code": "org_north", "name": "North" }],
  "people": [
    {
      "id": "kp_ann",
      "email": "ann@example.com",
      "givenName": "Ann",
      "familyName": "Lee",
      "memberships": [{ "organization": "org_north", "roles": ["editor"] }]
    }
  ]
}`;
