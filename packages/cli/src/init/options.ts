import { isAbsolute, normalize, sep } from "node:path";
import { DEFAULT_ISSUER_PORT, DEFAULT_PDP_PORT, DEFAULT_POLICIES } from "../defaults.ts";
import { readPort } from "../port-option.ts";
import { samePortMessage } from "../programs/port-setting.ts";
import { UsageError } from "../usage-error.ts";
import { isPackageManager, PACKAGE_MANAGERS, type PackageManager } from "./package-manager.ts";

/** Options of `kinde-cerbos init`, as typed. `init` asks for those that are missing. */
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

/** The settings of `init`. */
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
  issuerPort: { setting: "--issuer-port", program: "local Kinde" },
  pdpPort: { setting: "--pdp-port", program: "PDP" },
} as const;

/** @throws UsageError if two programs have the same port */
export function requirePorts(settings: InitSettings): void {
  const names = ["port", "issuerPort", "pdpPort"] as const;
  const problem = samePortMessage(names.map((name) => Object.assign({ port: settings[name] }, PORTS[name])));
  if (problem !== undefined) throw new UsageError(problem);
}

/**
 * Reads the options. Those that were not typed are missing in the result.
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

/** Adds the defaults to the given settings. */
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

/**
 * Reads the folder of the policies.
 *
 * @throws UsageError if it is not inside the app, or if it is a folder for other files
 */
export function readFolder(text: string): string {
  const folder = normalize(text).replaceAll(sep, "/").replace(/\/$/, "");
  const isInside = text !== "" && !isAbsolute(text) && folder !== "." && folder.split("/")[0] !== "..";
  if (!isInside || !/^[\w./-]+$/.test(folder)) {
    throw new UsageError("--policies takes a folder inside the app, such as cerbos/policies, without spaces.");
  }
  const names = folder.split("/");
  const other = names.find((name, index) => NO_POLICIES.has(name) || (index === 0 && NOT_AT_THE_TOP.has(name)));
  if (other !== undefined) {
    throw new UsageError(
      `--policies cannot be in ${other}. Choose a folder for policies only, such as cerbos/policies.`,
    );
  }
  if (folder !== "cerbos") return folder;
  throw new UsageError("--policies cannot be cerbos, because config.yaml is in it. Use cerbos/policies.");
}

const NO_POLICIES: ReadonlySet<string> = new Set(["node_modules", ".git"]);

/** The folders that an app is built from, and to. */
const NOT_AT_THE_TOP: ReadonlySet<string> = new Set(["src", "public", "dist"]);
