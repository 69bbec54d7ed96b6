import { cpSync } from "node:fs";
import { join } from "node:path";
import { policyDirectory, schemaDirectory } from "@kinde-cerbos/policies";

/** Copies the policies for Kinde tokens, with their schemas, into a folder of policies, as their guide says. */
export function copyPack(policies: string): void {
  cpSync(policyDirectory, join(policies, "kinde"), { recursive: true });
  cpSync(schemaDirectory, join(policies, "_schemas/kinde"), { recursive: true });
}
