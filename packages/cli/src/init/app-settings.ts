import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fieldsOf } from "@kinde-cerbos/core/internal";
import { DEFAULT_CONFIG } from "../defaults.ts";
import { parsePort } from "../programs/port-setting.ts";
import { UsageError } from "../usage-error.ts";
import { type InitSettings, readFolder } from "./options.ts";
import { type Project } from "./project.ts";
import { portInViteConfig } from "./vite-config.ts";

/**
 * Returns the settings that an app already has: those of an earlier run, or the port of its development server.
 *
 * @throws UsageError if its script `dev:authz` has a folder of policies that `init` does not accept
 */
export function settingsOfApp(project: Project): Partial<InitSettings> {
  const script = fieldsOf(project.manifest["scripts"])["dev:authz"];
  const earlier = typeof script === "string" && script.startsWith("kinde-cerbos dev") ? script : undefined;
  const port =
    earlier === undefined ? portOfApp(project) : (portIn(earlier, "--port") ?? portInKindeJson(project.folder));
  const policies = earlier === undefined ? undefined : valueIn(earlier, "--policies");
  const issuerPort = portIn(earlier, "--issuer-port");
  const pdpPort = portIn(earlier, "--pdp-port");
  return {
    ...(port !== undefined && { port }),
    ...(policies !== undefined && { policies: readFolder(policies) }),
    ...(issuerPort !== undefined && { issuerPort }),
    ...(pdpPort !== undefined && { pdpPort }),
  };
}

/**
 * Requires that the app's own script starts it at the chosen port: people can sign in only there.
 *
 * @throws UsageError if the script has another port
 */
export function requirePortOfScript(project: Project, { port }: InitSettings): void {
  const { dev } = fieldsOf(project.manifest["scripts"]);
  const own = portOfApp(project);
  if (dev === undefined || dev === "vite" || own === undefined || own === port) return;
  throw new UsageError(`--port is ${port}, but the app's script dev starts it at ${own}. Pass --port ${own}.`);
}

/** Returns the port of the app, if its script or the Vite configuration plainly says it. */
function portOfApp({ manifest, folder, viteConfig }: Project): number | undefined {
  const { dev } = fieldsOf(manifest["scripts"]);
  return portIn(dev, "--port") ?? portInViteConfig(readFileSync(join(folder, viteConfig), "utf8"));
}

/** Returns the port of the first redirect URI in `kinde.json`, which `init` writes there. */
function portInKindeJson(folder: string): number | undefined {
  const file = join(folder, DEFAULT_CONFIG);
  if (!existsSync(file)) return undefined;
  const [, port] = /"redirectUris":\s*\["http:\/\/localhost:(\d+)"/.exec(readFileSync(file, "utf8")) ?? [];
  return port === undefined ? undefined : parsePort(port);
}

function portIn(command: unknown, option: string): number | undefined {
  const value = typeof command === "string" ? valueIn(command, option) : undefined;
  return value === undefined ? undefined : parsePort(value);
}

function valueIn(command: string, option: string): string | undefined {
  return new RegExp(`(?:^|\\s)${option}[\\s=]+(\\S+)`).exec(command)?.[1];
}
