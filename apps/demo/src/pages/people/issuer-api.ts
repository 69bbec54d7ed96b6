import { fieldsOf, isName } from "@kinde-cerbos/core/internal";
import type { LocalKindeConfig } from "@kinde-cerbos/local-kinde";
import { KINDE_DOMAIN } from "../../session/kinde-domain.ts";

/** Everything that the local Kinde knows: people, organizations, roles, flags and plans. */
export async function fetchConfig(signal: AbortSignal): Promise<LocalKindeConfig> {
  return ask("config", { signal });
}

/**
 * Changes an entry of the issuer, as an admin does in Kinde.
 *
 * @param entry such as `people/kp_mara`
 * @param patch a JSON merge patch: `null` takes a value away
 * @throws Error in the issuer's words
 */
export async function changeEntry(entry: string, patch: object): Promise<void> {
  await ask(entry, { method: "PATCH", body: JSON.stringify(patch) });
}

/** Undoes all changes: the config is the file's again. */
export async function resetConfig(): Promise<void> {
  await ask("reset", { method: "POST" });
}

/** The issuer's answers have the shape of this repository's version: it is not looked at again. */
async function ask(path: string, init: RequestInit): Promise<LocalKindeConfig> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(`${KINDE_DOMAIN}/local/${path}`, { ...init, headers, credentials: "omit" });
  if (response.ok) return response.json();
  const { error_description: message } = fieldsOf(await response.json());
  throw new Error(isName(message) ? message : `The issuer answered ${response.status}.`);
}
