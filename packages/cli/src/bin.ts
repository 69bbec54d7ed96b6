#!/usr/bin/env node
import { readFile } from "node:fs/promises";
import { main } from "./main.ts";

process.exitCode = await main(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: process.stdin,
  env: process.env,
  cwd: process.cwd(),
  interrupted: () =>
    new Promise((resolve) => {
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
    }),
  fetch: globalThis.fetch,
  now: Date.now,
  // A copy that the build makes. This file is one folder below the package's, before it is built and after.
  readManual: () => readFile(new URL("../dist/doctor.md", import.meta.url), "utf8"),
});
