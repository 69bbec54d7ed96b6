import { readFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { cerbosVersion } from "@kinde-cerbos/cli/internal";
import { type Browser } from "@playwright/test";

/** What a figure depends on. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly platform: string;
  /** Of the last minute, before the first page. More than the cores is a machine that does other work too. */
  readonly load: number;
  readonly node: string;
  readonly chromium: string;
  readonly packages: { readonly [name: string]: string };
}

const PACKAGES = [
  "@cerbos/http",
  "@tanstack/react-query",
  "dataloader",
  "@yornaath/batshit",
  "@casl/ability",
  "@casl/react",
  "react",
];

/** This machine, with the versions in use. */
export function machineOf(browser: Browser): Machine {
  const all = cpus();
  return {
    cpu: all[0]?.model ?? "unknown",
    cores: all.length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform} ${process.arch}`,
    load: loadavg()[0] ?? 0,
    node: process.version,
    chromium: browser.version(),
    packages: { cerbos: cerbosVersion(), ...Object.fromEntries(PACKAGES.map((name) => [name, versionOf(name)])) },
  };
}

/** Read from the package's folder: not every package exports its manifest. */
function versionOf(name: string): string {
  const manifest: { version: string } = JSON.parse(
    readFileSync(new URL(`../node_modules/${name}/package.json`, import.meta.url), "utf8"),
  );
  return manifest.version;
}
