import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "vite";
import { type ContenderName } from "../shared/task.ts";
import type { Measured } from "./rounds.ts";

/** Parts of the SDK in an app's bundle, minified and gzipped, in bytes. */
export interface Bundles {
  /** What `useCan` needs of core and react; the app has react-query already, and a PDP client. */
  readonly useCan: number;
  /**
   * The same with `createFetchPdp` and react-query: all that an app needs for a page's authorization but React and
   * Kinde.
   */
  readonly whole: number;
}

const USE_CAN = `export { PermissionsProvider, useCan } from "@kinde-cerbos/react";`;
const WHOLE = `${USE_CAN}
export { createFetchPdp } from "@kinde-cerbos/core/fetch-pdp";
export { QueryClient, QueryClientProvider } from "@tanstack/react-query";`;
const ELSEWHERE = /^(react|react-dom|react\/.+|@kinde-oss\/.+)$/;

/** Bundles them as an app would. */
export async function bundlesOf(root: string): Promise<Bundles> {
  return {
    useCan: await bundled(root, USE_CAN, [ELSEWHERE, "@tanstack/react-query"]),
    whole: await bundled(root, WHOLE, [ELSEWHERE]),
  };
}

/** What the scripts of each contender weigh, React included, gzipped, in bytes. */
export function scriptBytesOf(measured: readonly Measured[], outDir: string): Partial<Record<ContenderName, number>> {
  const bytes: Partial<Record<ContenderName, number>> = {};
  for (const { contender, scripts } of measured) {
    bytes[contender] ??= scripts.reduce((sum, path) => sum + gzipSync(readFileSync(join(outDir, path))).length, 0);
  }
  return bytes;
}

async function bundled(root: string, code: string, external: (string | RegExp)[]): Promise<number> {
  const entry = join(root, "bundled-entry.js");
  const built = await build({
    root,
    configFile: false,
    // It warns of each "use client".
    logLevel: "error",
    plugins: [
      { name: "entry", resolveId: (id) => (id === entry ? id : null), load: (id) => (id === entry ? code : null) },
    ],
    build: {
      write: false,
      minify: true,
      rolldownOptions: { external, input: entry, preserveEntrySignatures: "strict" },
    },
  });
  const chunks = [built].flat().flatMap((one) => ("output" in one ? one.output : []));
  return chunks.reduce((sum, chunk) => sum + gzipSync(chunk.type === "chunk" ? chunk.code : "").length, 0);
}
