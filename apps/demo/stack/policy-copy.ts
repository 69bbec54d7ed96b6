import { randomBytes } from "node:crypto";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type PdpSettings } from "@kinde-cerbos/cli/internal";
import { hashSync } from "bcryptjs";

/** The policies as they are in the repository. */
export const SHIPPED_POLICIES = fileURLToPath(new URL("../policies", import.meta.url));

/** Whose password the PDPs take for their admin API. */
const USERNAME = "playground";

/** A random password is not guessed, so its hash need not be slow: it is checked whenever policies are loaded. */
const HASH_ROUNDS = 4;

/** A copy of the policies, which the playground's pages may change, and how its PDPs are told. */
export interface PolicyCopy {
  /** For the PDPs. */
  readonly pdp: Required<Pick<PdpSettings, "policies" | "admin">>;
  /** For the page's server. */
  readonly env: { readonly POLICIES: string; readonly PDP_ADMIN: string };
  /** Removes the copy before this process ends. */
  remove(): void;
}

/**
 * Copies the policies into a folder of this run of the demo, which goes with this process: what is changed there ends
 * with the demo, and changes nothing in the repository.
 */
export function copyPolicies(): PolicyCopy {
  const folder = mkdtempSync(join(tmpdir(), "kinde-cerbos-policies-"));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once("exit", remove);
  // Those for Kinde tokens are links to the package they are from.
  cpSync(SHIPPED_POLICIES, folder, { recursive: true, dereference: true });
  const password = randomBytes(32).toString("base64url");
  return {
    pdp: { policies: folder, admin: { username: USERNAME, passwordHash: hashSync(password, HASH_ROUNDS) } },
    env: { POLICIES: folder, PDP_ADMIN: `${USERNAME}:${password}` },
    remove,
  };
}
