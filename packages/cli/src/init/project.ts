import { accessSync, constants, existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fieldsOf } from "@kinde-cerbos/core/internal";
import { DEFAULT_OUT } from "../defaults.ts";
import { ProgramError } from "../programs/program-error.ts";
import { HEADER } from "../typegen/generated-file.ts";
import { importsModule, PROVIDERS, PROVIDERS_FILE, requireFreeNames, usesName } from "./our-modules.ts";
import { parsePackageJson } from "./package-json.ts";
import { requirePlace } from "./place.ts";
import { type OwnProviders } from "./providers-by-hand.ts";
import { CREATE, requireNoFramework, requireVersions } from "./requirements.ts";
import { statementsOf } from "./source-text.ts";

/** An app to set up. */
export interface Project {
  readonly folder: string;
  /** Its package.json, parsed. */
  readonly manifest: Readonly<Record<string, unknown>>;
  /** The configuration of Vite, such as `vite.config.ts`. */
  readonly viteConfig: string;
  /** The file in `src` that index.html loads, such as `src/main.tsx`; `undefined` if it loads another one. */
  readonly mainFile: string | undefined;
  /** The providers that the app already has, without those of `init`. */
  readonly own: OwnProviders;
  /** Whether a file of the app has our `PermissionsProvider`. */
  readonly hasPermissions: boolean;
  /** Whether a file of the app imports the providers of `init`. */
  readonly hasProviders: boolean;
}

/** Tests and stories: their providers are not those of the app. */
const NOT_THE_APP = /[.](?:test|spec|stories|story)[.]|(?:^|[\\/])(?:__tests__|__mocks__|tests?|stories)[\\/]/;

/**
 * Reads the app in a folder.
 *
 * @throws ProgramError if it is not a Vite app with React and TypeScript, or its folder cannot be written to
 */
export function readProject(folder: string): Project {
  if (!existsSync(join(folder, "package.json"))) {
    throw new ProgramError(
      `There is no package.json in ${folder}. Run kinde-cerbos init in the folder of your app, or create an app: ` +
        CREATE,
    );
  }
  const read = (path: string): string => readFileSync(join(folder, path), "utf8");
  const manifest = parsePackageJson(read("package.json"));
  const [viteConfig] = globSync("vite.config.{ts,mts,js,mjs,cts,cjs}", { cwd: folder });
  const versions = { ...fieldsOf(manifest["devDependencies"]), ...fieldsOf(manifest["dependencies"]) };
  requireNoFramework(versions);
  if (viteConfig === undefined) {
    const problem = "vite" in versions ? "has no vite.config.ts" : "does not use Vite";
    throw new ProgramError(`This app ${problem}. kinde-cerbos init sets up apps like those made with: ${CREATE}`);
  }
  if (!("react" in versions)) {
    throw new ProgramError(
      `This app does not use React. kinde-cerbos init sets up apps like those made with: ${CREATE}`,
    );
  }
  requireVersions(folder, versions);
  if (globSync("tsconfig*.json", { cwd: folder }).length === 0) {
    throw new ProgramError(
      "This app has no tsconfig.json. kinde-cerbos init needs TypeScript, which checks the names in your policies. " +
        `Add a tsconfig.json like that of an app made with: ${CREATE}`,
    );
  }
  try {
    accessSync(folder, constants.W_OK);
  } catch {
    throw new ProgramError(`You cannot write to ${folder}. Change its permissions, or run the command as its owner.`);
  }
  requirePlace(folder, DEFAULT_OUT);
  if (
    existsSync(join(folder, DEFAULT_OUT)) &&
    !read(DEFAULT_OUT)
      .replace(/^\uFEFF/, "")
      .startsWith(HEADER)
  ) {
    throw new ProgramError(
      `${DEFAULT_OUT} was not made by typegen. Rename it: init writes the types of your policies there.`,
    );
  }
  const html = existsSync(join(folder, "index.html")) ? read("index.html") : "";
  const [, mainFile = ""] = /<script\b[^>]*\bsrc="(?:\.?\/)?(src\/[\w.-]+\.tsx)"/.exec(html) ?? [];
  requireFreeNames(folder);
  const sources = globSync("src/**/*.{tsx,jsx}", { cwd: folder })
    .filter((path) => path !== PROVIDERS_FILE && !NOT_THE_APP.test(path))
    .toSorted()
    .map((path) => ({ path, statements: statementsOf(read(path)) ?? [] }));
  const fileWith = (name: string): string | undefined =>
    sources.find(({ statements }) => usesName(statements, name))?.path;
  return {
    folder,
    manifest,
    viteConfig,
    mainFile: existsSync(join(folder, mainFile)) && mainFile !== "" ? mainFile : undefined,
    own: { kinde: fileWith("KindeProvider"), query: fileWith("QueryClientProvider") },
    hasPermissions: fileWith("PermissionsProvider") !== undefined,
    hasProviders: sources.some(({ statements }) => importsModule(statements, PROVIDERS.from)),
  };
}
