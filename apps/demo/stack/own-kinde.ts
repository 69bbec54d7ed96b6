import { existsSync, readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { isLoopback } from "@kinde-cerbos/core/internal";

/** A real Kinde in the place of the local Kinde. */
export interface OwnKinde {
  /** `https://YOUR_DOMAIN.kinde.com`, without a slash at the end. */
  readonly domain: string;
  readonly clientId: string;
  /** The API that tokens are asked for. Default: none, which Kinde takes without an API being registered. */
  readonly audience?: string;
  /** A PDP in the place of the two that the demo starts. */
  readonly pdp?: string;
}

/** The variables that choose it, in the environment or in `apps/demo/.env.local`. */
const NAMES = ["KINDE_DOMAIN", "KINDE_CLIENT_ID", "KINDE_AUDIENCE", "CERBOS_PDP"] as const;

/**
 * Reads which Kinde is to be used; `null` for the local Kinde. The environment wins over the file, also with an empty
 * value.
 *
 * @param file a file of variables, which need not be there
 * @throws Error that names the variable and the remedy
 */
export function readOwnKinde(env: NodeJS.ProcessEnv, file: string): OwnKinde | null {
  const written = existsSync(file) ? parseEnv(readFileSync(file, "utf8")) : {};
  const [domain, clientId, audience, pdp] = NAMES.map((name) => (env[name] ?? written[name] ?? "").trim());
  if (!domain) {
    const other = [clientId && "KINDE_CLIENT_ID", pdp && "CERBOS_PDP"].filter(Boolean).join(" and ");
    if (other === "") return null;
    throw new Error(`${other} is set and KINDE_DOMAIN is not. Set KINDE_DOMAIN to https://YOUR_DOMAIN.kinde.com.`);
  }
  if (!clientId) {
    throw new Error(
      "KINDE_DOMAIN is set and KINDE_CLIENT_ID is not. Set KINDE_CLIENT_ID to the client id of your application.",
    );
  }
  return {
    domain: readAddress("KINDE_DOMAIN", domain, "https://YOUR_DOMAIN.kinde.com"),
    clientId,
    ...(audience && { audience }),
    ...(pdp && { pdp: readAddress("CERBOS_PDP", pdp, "http://localhost:3592") }),
  };
}

/** An origin: `https`, or `http` on this machine. Tokens go there. */
function readAddress(name: string, text: string, example: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isSafe = url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback(url.hostname));
  if (!url || !isSafe || url.pathname !== "/" || url.search || url.hash || url.username) {
    throw new Error(`${name} takes an address such as ${example}: https, or http on this machine, and no path.`);
  }
  return url.origin;
}
