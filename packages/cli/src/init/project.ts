import { accessSync, constants, existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fieldsOf } from "@kinde-cerbos/core/internal";
import { DEFAULT_OUT } from "../dev/defaults.ts";
import { ProgramError } from "../programs/program-error.ts";
import { HEADER } from "../typegen/generated-file.ts";
import { parsePackageJson } from "./package-json.ts";

/** An app that is set up. */
export interface Project {
  readonly folder: string;
  /** Its package.json, parsed. */
  readonly manifest: Readonly<Record<string, unknown>>;
  /** The configuration of Vite, such as `vite.config.ts`; `undefined` if there is none. */
  readonly viteConfig: string | undefined;
  /** The file in `src` that index.html starts, such as `src/main.tsx`; `undefined` if it starts another. */
  readonly mainFile: string | undefined;
  /** The file that has a provider of Kinde's or of TanStack Query's already; `undefined` if none has. */
  readonly providerFile: string | undefined;
  /** Whether a file of the app's own has our provider. */
  readonly hasPermissions: boolean;
}

/** Where the providers are that `init` writes. */
export const PROVIDERS_FILE = "src/providers.tsx";

/** How to make an app that `init` takes. */
const CREATE = "npm create vite@latest my-app -- --template react-ts";

/**
 * Looks at the app in a folder.
 *
 * @throws ProgramError if it is no app on Vite with React and TypeScript, or its folder cannot be written
 */
export function readProject(folder: string): Project {
  if (!existsSync(join(folder, "package.json"))) {
    throw new ProgramError(
      `There is no package.json in ${folder}. Run kinde-cerbos init in the folder of your app, or make one: ${CREATE}`,
    );
  }
  const read = (path: string): string => readFileSync(join(folder, path), "utf8");
  const manifest = parsePackageJson(read("package.json"));
  const [viteConfig] = globSync("vite.config.{ts,mts,js,mjs,cts,cjs}", { cwd: folder });
  const versions = { ...fieldsOf(manifest["devDependencies"]), ...fieldsOf(manifest["dependencies"]) };
  if (!("vite" in versions) && viteConfig === undefined) {
    throw new ProgramError(`This app does not use Vite. kinde-cerbos init sets up apps like those of: ${CREATE}`);
  }
  requireReact(versions["react"]);
  if (globSync("tsconfig*.json", { cwd: folder }).length === 0) {
    throw new ProgramError(
      "This app has no tsconfig.json. kinde-cerbos init needs TypeScript: it checks the names of your policies. Add it " +
        `as an app of this command has it: ${CREATE}`,
    );
  }
  try {
    accessSync(folder, constants.W_OK);
  } catch {
    throw new ProgramError(`You may not write to ${folder}. Change its permissions, or run the command as its owner.`);
  }
  if (
    existsSync(join(folder, DEFAULT_OUT)) &&
    !read(DEFAULT_OUT)
      .replace(/^\uFEFF/, "")
      .startsWith(HEADER)
  ) {
    throw new ProgramError(
      `${DEFAULT_OUT} is not made by typegen. Rename it: init writes the types of policies there.`,
    );
  }
  const html = existsSync(join(folder, "index.html")) ? read("index.html") : "";
  const [, mainFile = ""] = /<script\b[^>]*\bsrc="(?:\.?\/)?(src\/[\w.-]+\.tsx)"/.exec(html) ?? [];
  const sources = globSync("src/**/*.{tsx,jsx}", { cwd: folder })
    .filter((path) => path !== PROVIDERS_FILE)
    .toSorted()
    .map((path) => ({ path, text: read(path) }));
  return {
    folder,
    manifest,
    viteConfig,
    mainFile: existsSync(join(folder, mainFile)) && mainFile !== "" ? mainFile : undefined,
    providerFile: sources.find(({ text }) => /<(?:KindeProvider|QueryClientProvider)\b/.test(text))?.path,
    hasPermissions: sources.some(({ text }) => text.includes("<PermissionsProvider")),
  };
}

function requireReact(version: unknown): void {
  if (typeof version !== "string") {
    throw new ProgramError(`This app does not use React. kinde-cerbos init sets up apps like those of: ${CREATE}`);
  }
  const [major] = /\d+/.exec(version) ?? [];
  if (major !== undefined && Number(major) < 18) {
    throw new ProgramError(`This app uses React ${version}. kinde-cerbos needs 18.3 or 19: update React first.`);
  }
}
