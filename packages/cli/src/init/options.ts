import { isAbsolute, normalize, sep } from "node:path";
import { DEFAULT_ISSUER_PORT, DEFAULT_PDP_PORT, DEFAULT_POLICIES } from "../dev/defaults.ts";
import { readPort } from "../port-option.ts";
import { samePortMessage } from "../programs/port-setting.ts";
import { UsageError } from "../usage-error.ts";
import { isPackageManager, PACKAGE_MANAGERS, type PackageManager } from "./package-manager.ts";

/** Options of `kinde-cerbos init`, as they were typed. What was not typed is asked. */
export interface InitOptions {
  readonly policies?: string;
  readonly port?: string;
  readonly issuerPort?: string;
  readonly pdpPort?: string;
  readonly packageManager?: string;
  readonly packages?: string;
  readonly install?: boolean;
  readonly edit?: boolean;
  readonly overwrite?: boolean;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

/** What to do. */
export interface InitSettings {
  /** The folder of the policies, relative to the app, with slashes. */
  readonly policies: string;
  /** The port of the app's page. */
  readonly port: number;
  readonly issuerPort: number;
  readonly pdpPort: number;
  readonly packageManager: PackageManager;
  /** Whether to edit vite.config and the file that renders the app. */
  readonly edit: boolean;
  /** Whether to replace files that have other contents. */
  readonly overwrite: boolean;
  readonly install: boolean;
}

/** The port of Vite's development server. */
const DEFAULT_PORT = 5173;

const PORTS = {
  port: { setting: "--port", program: "app" },
  issuerPort: { setting: "--issuer-port", program: "issuer" },
  pdpPort: { setting: "--pdp-port", program: "PDP" },
} as const;

/** @throws UsageError if two programs would have the same port */
export function requirePorts(settings: InitSettings): void {
  const names = ["port", "issuerPort", "pdpPort"] as const;
  const problem = samePortMessage(names.map((name) => Object.assign({ port: settings[name] }, PORTS[name])));
  if (problem !== undefined) throw new UsageError(problem);
}

/**
 * Reads what was typed. `undefined` for what was not.
 *
 * @throws UsageError
 */
export function readInitOptions(options: InitOptions): Partial<InitSettings> {
  const { policies, packageManager, packages, install, edit, overwrite } = options;
  if (packages === "") throw new UsageError("--packages takes the path of a folder.");
  if (packageManager !== undefined && !isPackageManager(packageManager)) {
    throw new UsageError(`--package-manager takes one of ${PACKAGE_MANAGERS.join(", ")}.`);
  }
  const port = (name: "port" | "issuerPort" | "pdpPort"): Partial<InitSettings> => {
    const text = options[name];
    return text === undefined ? {} : { [name]: readPort(PORTS[name].setting, text, PORTS[name].program).port };
  };
  return {
    ...(policies !== undefined && { policies: readFolder(policies) }),
    ...port("port"),
    ...port("issuerPort"),
    ...port("pdpPort"),
    ...(packageManager !== undefined && { packageManager }),
    ...(install !== undefined && { install }),
    ...(edit !== undefined && { edit }),
    ...(overwrite !== undefined && { overwrite }),
  };
}

/** What is not asked and not typed. */
export function withDefaults(given: Partial<InitSettings>, packageManager: PackageManager): InitSettings {
  return {
    policies: DEFAULT_POLICIES,
    port: DEFAULT_PORT,
    issuerPort: DEFAULT_ISSUER_PORT,
    pdpPort: DEFAULT_PDP_PORT,
    packageManager,
    edit: true,
    overwrite: false,
    install: true,
    ...given,
  };
}

/** Reads the folder of policies. @throws UsageError if it is not inside of the app, or has other things in it */
export function readFolder(text: string): string {
  const folder = normalize(text).replaceAll(sep, "/").replace(/\/$/, "");
  const isInside = text !== "" && !isAbsolute(text) && folder !== "." && folder.split("/")[0] !== "..";
  if (!isInside || !/^[\w./-]+$/.test(folder)) {
    throw new UsageError("--policies takes a folder inside of the app, such as cerbos/policies, without spaces.");
  }
  const names = folder.split("/");
  const other = names.find((name, index) => NO_POLICIES.has(name) || (index === 0 && NOT_AT_THE_TOP.has(name)));
  if (other !== undefined) {
    throw new UsageError(`--policies cannot be in ${other}. Choose a folder that has policies only: cerbos/policies.`);
  }
  if (folder !== "cerbos") return folder;
  throw new UsageError("--policies cannot be cerbos: config.yaml is in it, which is no policy. Take cerbos/policies.");
}

const NO_POLICIES: ReadonlySet<string> = new Set(["node_modules", ".git"]);

/** What the app is built from, and to. */
const NOT_AT_THE_TOP: ReadonlySet<string> = new Set(["src", "public", "dist"]);
