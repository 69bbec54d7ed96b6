import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fieldsOf } from "@kinde-cerbos/core/internal";
import { DEFAULT_ISSUER_PORT, DEFAULT_OUT, DEFAULT_PDP_PORT, DEFAULT_POLICIES } from "../defaults.ts";
import { type Io } from "../io.ts";
import { dependencies, overrides, type Packed, pnpmWorkspace } from "./dependencies.ts";
import { editEnvFile, variablesIn, withoutVariables } from "./env-file.ts";
import { editMainFile } from "./main-file.ts";
import { devEnvByHand, viteConfigByHand } from "./manual-steps.ts";
import { type InitSettings } from "./options.ts";
import { PROVIDERS_FILE } from "./our-modules.ts";
import { requireFreePolicies } from "./own-policies.ts";
import { editPackageJson } from "./package-json.ts";
import { runCommand } from "./package-manager.ts";
import { requirePlace } from "./place.ts";
import { type Project } from "./project.ts";
import { providersByHand } from "./providers-by-hand.ts";
import { templateFiles } from "./templates.ts";
import { editViteConfig } from "./vite-config.ts";

/** A file of the app, as `init` plans it. */
interface PlannedFile {
  /** Relative to the app, with slashes. */
  readonly path: string;
  readonly text: string;
  /** `kept` if it has other contents and is not replaced. */
  readonly state: "new" | "changed" | "unchanged" | "kept";
}

/** Everything that `init` will do. */
export interface Plan {
  readonly files: readonly PlannedFile[];
  /** Whether the file of types already exists. It is written from the policies, after the others. */
  readonly hasTypes: boolean;
  /** The packages that the app needs, without optional ones. */
  readonly packages: readonly string[];
  /** Entries that have another value and are kept, such as `scripts.typegen in package.json`. */
  readonly kept: readonly string[];
  /** What the developer must add by hand, to files that `init` does not edit. */
  readonly manual: readonly string[];
}

/** Plans everything, and writes nothing. @throws ProgramError if the app cannot be set up */
export function makePlan(project: Project, settings: InitSettings, io: Io, packed?: Packed): Plan {
  const { folder, viteConfig, mainFile, own } = project;
  const hasOwn = !project.hasProviders && (own.kinde !== undefined || own.query !== undefined);
  const { edit, overwrite, packageManager } = settings;
  const manual: string[] = [];
  const files: PlannedFile[] = [];
  const kept: string[] = [];
  const current = (path: string): string | undefined => {
    const file = join(folder, path);
    return existsSync(file) ? readFileSync(file, "utf8") : undefined;
  };
  const setText = (path: string, text: string, isEdit: boolean): void => {
    const before = current(path);
    const same = before !== undefined && withoutReturns(before) === withoutReturns(text);
    const state = before === undefined ? "new" : same ? "unchanged" : isEdit || overwrite ? "changed" : "kept";
    files.push({ path, text, state });
  };

  const templates = templateFiles(settings);
  for (const { path } of templates) requirePlace(folder, path);
  requireFreePolicies(folder, settings, templates);
  for (const { path, text: whole } of templates) {
    const before = current(path);
    const overruled = path === DEV_ENV ? overruledBy(before ?? "", current) : undefined;
    if (overruled) manual.push(devEnvByHand(overruled, whole));
    const text = overruled ? withoutVariables(whole, KINDE_VARIABLES) : whole;
    if (path.startsWith(".env") && before !== undefined) {
      const edited = editEnvFile(before, text, overwrite);
      setText(path, edited.text, true);
      kept.push(...edited.kept.map((name) => `${name} in ${path}`));
    } else if (path !== PROVIDERS_FILE || !hasOwn) {
      // Otherwise the app keeps its own providers.
      setText(path, text, false);
    }
  }

  const wanted = dependencies(io, packed);
  const packages = Object.keys({ ...wanted["dependencies"], ...wanted["devDependencies"] });
  const additions = {
    scripts: scriptsOf(project, settings),
    ...wanted,
    ...(packed && overrides(packageManager, packed)),
  };
  const manifest = editPackageJson(current("package.json") ?? "{}", additions, overwrite);
  setText("package.json", manifest.text, true);
  kept.push(...manifest.kept.map((name) => `${name} in package.json`));
  if (packed && packageManager === "pnpm") {
    setText("pnpm-workspace.yaml", pnpmWorkspace(current("pnpm-workspace.yaml") ?? "", packed), true);
  }

  const editOf = (path: string | undefined, editText: (text: string) => string | undefined): boolean => {
    const before = path === undefined ? undefined : current(path);
    const text = before === undefined ? undefined : editText(before);
    const isDone = path !== undefined && text !== undefined && (edit || text === before);
    if (isDone) setText(path, text, true);
    return isDone;
  };
  if (!editOf(viteConfig, editViteConfig)) manual.push(viteConfigByHand(viteConfig));
  const isDone = hasOwn ? project.hasPermissions : project.hasProviders || editOf(mainFile, editMainFile);
  if (!isDone) manual.push(providersByHand(mainFile, own));

  return { files, hasTypes: current(DEFAULT_OUT) !== undefined, packages, kept, manual };
}

/** The env file of Vite's development server, and the variables in it that set the Kinde domain. */
const DEV_ENV = ".env.development";
const KINDE_VARIABLES = ["VITE_KINDE_DOMAIN", "VITE_KINDE_CLIENT_ID"];

/** Returns the env file that already sets a Kinde domain. A file for development would silently override it. */
function overruledBy(devEnv: string, current: (path: string) => string | undefined): string | undefined {
  const present = variablesIn(devEnv, KINDE_VARIABLES);
  const missing = KINDE_VARIABLES.filter((name) => !present.includes(name));
  return [".env.local", ".env"].find((path) => variablesIn(current(path) ?? "", missing).length > 0);
}

/** Returns the scripts to add. `dev` is not changed: it starts only the app. */
function scriptsOf({ manifest }: Project, settings: InitSettings): Record<string, string> {
  const { policies, port, issuerPort, pdpPort, packageManager } = settings;
  const options = [
    ...(policies === DEFAULT_POLICIES ? [] : [`--policies ${policies}`]),
    ...(issuerPort === DEFAULT_ISSUER_PORT ? [] : [`--issuer-port ${issuerPort}`]),
    ...(pdpPort === DEFAULT_PDP_PORT ? [] : [`--pdp-port ${pdpPort}`]),
  ];
  const { dev } = fieldsOf(manifest["scripts"]);
  // People can sign in only at the port in kinde.json.
  const app =
    dev === "vite" || dev === undefined ? `vite --port ${port} --strictPort` : runCommand(packageManager, "dev");
  return {
    "dev:authz": ["kinde-cerbos dev", ...options, "--", app].join(" "),
    typegen: `kinde-cerbos typegen ${policies} --kinde kinde.json`,
  };
}

/** Converts line ends, which Git may have changed. */
function withoutReturns(text: string): string {
  return text.replaceAll("\r\n", "\n");
}
