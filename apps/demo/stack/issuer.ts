/** The demo's issuer, as a program of its own: `node stack/issuer.ts --port=4005 --origin=http://localhost:5173`. */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { ProgramError, startLocalIssuer } from "@kinde-cerbos/cli/internal";
import { KINDE_JSON, kindeConfig } from "./kinde-config.ts";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "4005" },
    origin: { type: "string", default: "http://localhost:5173" },
  },
});

try {
  const issuer = await startLocalIssuer({
    file: fileURLToPath(KINDE_JSON),
    read: () => kindeConfig(values.origin),
    port: Number(values.port),
    project: fileURLToPath(new URL("..", import.meta.url)),
    log: console.log,
    warn: console.error,
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void issuer[Symbol.asyncDispose]().finally(() => process.exit(0)));
  }
} catch (error) {
  // A wrong file is explained by its message: a stack would bury it.
  console.error(error instanceof ProgramError ? error.message : error);
  process.exitCode = 1;
}
