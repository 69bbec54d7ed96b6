import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort, startChild, waitUntilHealthy } from "@kinde-cerbos/cli/internal";

const repository = fileURLToPath(new URL("../../../..", import.meta.url));
const PACKAGES = ["cli", "core", "local-kinde", "policies", "react", "server"];

/** How long a step may take, ms. Installing packages is the longest. */
const STEP_MS = 60_000;

/** What the demo's own page is built for, in this process. Vite would prefer it to the app's files of variables. */
const NOT_ITS_OWN = { VITE_KINDE_DOMAIN: undefined, VITE_KINDE_CLIENT_ID: undefined, PDP_URL: undefined };

/** For pnpm: what it has it need not ask for, and without a registry it need not wait long. */
const QUICK = { pnpm_config_prefer_offline: "true", pnpm_config_fetch_retries: "1" };

/** What pnpm says if it cannot reach the registry. */
const UNREACHABLE = /error sending request|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT/;

/** How a program ended. */
interface Ended {
  readonly status: number | null;
  /** What it wrote, to both streams. */
  readonly output: string;
}

/** An app as `npm create vite` makes it, which `kinde-cerbos init` has set up, and which runs. */
export interface CreatedApp {
  readonly folder: string;
  /** Where its page is. */
  readonly url: string;
  /** What `init` was told. */
  readonly options: readonly string[];
  /** Runs a program that the app has installed. */
  readonly run: (...command: readonly string[]) => Ended;
  readonly close: () => Promise<void>;
}

/** The packages that an app needs cannot be fetched. */
export class RegistryError extends Error {
  override readonly name = "RegistryError";
}

/**
 * Creates the app, sets it up with packages that are packed from this repository, and starts it by its own script.
 *
 * @throws RegistryError
 */
export async function createApp(): Promise<CreatedApp> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "kinde-cerbos-init-")));
  const folder = join(root, "app");
  const env = { ...process.env, ...NOT_ITS_OWN, ...QUICK, XDG_STATE_HOME: join(root, "state") };
  const run = (command: readonly string[], cwd: string): Ended => {
    const [program = "", ...args] = command;
    const { status, stdout, stderr } = spawnSync(program, args, { cwd, env, encoding: "utf8", timeout: STEP_MS });
    return { status, output: `${stdout}${stderr}` };
  };
  const mustRun = (command: readonly string[], cwd: string): void => {
    const { status, output } = run(command, cwd);
    if (status === 0) return;
    if (UNREACHABLE.test(output)) throw new RegistryError(`The package registry cannot be reached:\n${output}`);
    throw new Error(`${command.join(" ")} ended with ${status}:\n${output}`);
  };
  try {
    const packages = join(root, "packages");
    mkdirSync(packages);
    for (const name of PACKAGES) {
      mustRun(["pnpm", "pack", "--pack-destination", packages], join(repository, "packages", name));
    }
    const createVite = fileURLToPath(import.meta.resolve("create-vite/index.js"));
    mustRun([process.execPath, createVite, "app", "--template", "react-ts", "--no-interactive"], root);

    const [port, issuerPort, pdpPort] = [await freePort(), await freePort(), await freePort()];
    const ports = [`--port=${port}`, `--issuer-port=${issuerPort}`, `--pdp-port=${pdpPort}`];
    const options = ["--yes", "--package-manager=pnpm", "--packages=../packages", ...ports];
    mustRun([process.execPath, join(repository, "packages/cli/dist/bin.js"), "init", ...options], folder);

    const url = `http://localhost:${port}`;
    const app = startChild({ name: "app", command: "pnpm", args: ["run", "dev:authz"], cwd: folder, env, group: true });
    const close = async (): Promise<void> => {
      await app.stop();
      rmSync(root, { recursive: true, force: true });
    };
    await waitUntilHealthy(app, url).catch(async (error: unknown) => {
      await close();
      throw error;
    });
    return { folder, url, options, run: (...command) => run(["pnpm", "exec", ...command], folder), close };
  } catch (error) {
    rmSync(root, { recursive: true, force: true });
    throw error;
  }
}
