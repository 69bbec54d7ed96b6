#!/usr/bin/env node
import { readFile } from "node:fs/promises";
import { main } from "./main.ts";
import { onStopSignal } from "./programs/stop-signals.ts";

// Without a listener, a closed terminal or pipe would end the process before it has stopped what it started.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);

process.exitCode = await main(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: process.stdin,
  ...(process.stdin.isTTY && process.stdout.isTTY && { terminal: { input: process.stdin, output: process.stdout } }),
  env: process.env,
  cwd: process.cwd(),
  interrupted: (atOnce) =>
    new Promise((resolve) => {
      process.stdout.once("error", () => resolve("the output was closed"));
      onStopSignal({
        first: (signal) => resolve(signal === "SIGINT" ? "Ctrl-C (SIGINT)" : signal),
        again: () => {
          process.stderr.write("Stopped at once, by a second signal.\n");
          atOnce?.();
          process.exit(130);
        },
      });
    }),
  fetch: globalThis.fetch,
  now: Date.now,
  // The build makes this copy. Both src/bin.ts and dist/bin.js are one folder below the package.
  readManual: () => readFile(new URL("../dist/doctor.md", import.meta.url), "utf8"),
});
