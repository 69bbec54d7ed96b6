import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium } from "@playwright/test";

const FLAGS = [
  "--headless",
  // Chromium's sandbox does not start as root, the usual user in containers.
  "--no-sandbox",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const INSTALLED = [
  // Without the window around the page: the same tests take a quarter less time.
  "/usr/bin/chromium-headless-shell",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** A running browser. */
export interface RunningChromium {
  readonly browser: Browser;
  close(): Promise<void>;
}

/**
 * Starts the first Chromium it finds: `CHROMIUM_PATH`, an installed one, the one from npm, Playwright's own.
 *
 * @param flags more command line flags
 */
export async function launchChromium(flags: readonly string[] = []): Promise<RunningChromium> {
  const installed = process.env["CHROMIUM_PATH"] ?? INSTALLED.find((path) => existsSync(path));
  const args = [...FLAGS, ...flags];
  if (installed === undefined && process.platform === "linux" && process.arch === "x64") return launchPacked(args);
  const browser = await chromium.launch({ args, ...(installed && { executablePath: installed }) });
  return { browser, close: () => browser.close() };
}

/** The Chromium from an npm package, with the libraries it needs. */
async function launchPacked(args: string[]): Promise<RunningChromium> {
  const directory = await mkdtemp(join(tmpdir(), "chromium-"));
  // The package unpacks to fixed names in TMPDIR, which it reads once, and would reuse an old file there.
  const before = process.env["TMPDIR"];
  process.env["TMPDIR"] = directory;
  const { default: packed, inflate } = await import("@sparticuz/chromium");
  const executablePath = await packed.executablePath();
  const libraries = new URL("../bin/al2023.tar.br", import.meta.resolve("@sparticuz/chromium"));
  await inflate(fileURLToPath(libraries));
  // The package's fonts.conf looks for fonts only in /tmp.
  const fontConfig = join(directory, "fonts.conf");
  await writeFile(
    fontConfig,
    `<fontconfig><dir>${directory}/fonts</dir><cachedir>${directory}/fonts-cache</cachedir></fontconfig>`,
  );
  if (before === undefined) delete process.env["TMPDIR"];
  else process.env["TMPDIR"] = before;
  const browser = await chromium.launch({
    args,
    executablePath,
    // The package's `args` are not used: they disable web security, which would hide a wrong CORS list.
    env: {
      ...process.env,
      LD_LIBRARY_PATH: join(directory, "al2023/lib"),
      FONTCONFIG_FILE: fontConfig,
    },
  });
  return {
    browser,
    async close() {
      await browser.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
