import manifest from "../package.json" with { type: "json" };
import { isAtLeast } from "./pdp/cerbos.ts";
import { ProgramError } from "./programs/program-error.ts";

/** @throws ProgramError if a version of Node, such as `20.1.0`, is too old for our packages */
export function requireNode(version: string): void {
  const needed = manifest.engines.node.replace(">=", "");
  if (isAtLeast(needed, version)) return;
  throw new ProgramError(`This is Node ${version}, but ${needed} or newer is needed. Get it from https://nodejs.org.`);
}
