import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fieldsOf } from "@kinde-cerbos/core/internal";
import react from "@kinde-cerbos/react/package.json" with { type: "json" };
import { intersects, satisfies, validRange } from "semver";
import manifest from "../../package.json" with { type: "json" };
import { ProgramError } from "../programs/program-error.ts";

/** The command that creates an app for `init`. */
export const CREATE = "npm create vite@latest my-app -- --template react-ts";

const FRAMEWORKS: Readonly<Record<string, string>> = {
  next: "Next.js",
  "@react-router/dev": "the framework mode of React Router",
  "@remix-run/dev": "Remix",
  "@remix-run/react": "Remix",
  astro: "Astro",
  "@sveltejs/kit": "SvelteKit",
  nuxt: "Nuxt",
  gatsby: "Gatsby",
  "@tanstack/react-start": "TanStack Start",
};

/** The version range of each package, if the app has it, and its text for messages. */
const VERSIONS: Readonly<Record<string, { readonly label: string; readonly range: string; readonly needs: string }>> = {
  vite: { label: "Vite", range: manifest.peerDependencies.vite, needs: "6 or newer" },
  react: { label: "React", range: react.peerDependencies.react, needs: "18.3 or 19" },
  ...Object.fromEntries(
    (["@tanstack/react-query", "@kinde-oss/kinde-auth-react"] as const).map((name) => {
      const range = react.peerDependencies[name];
      return [name, { label: name, range, needs: range }];
    }),
  ),
};

/** The dependencies in package.json, by package, such as `^19.0.0`. */
type Dependencies = Readonly<Record<string, unknown>>;

/** @throws ProgramError if an app uses a framework that renders on a server */
export function requireNoFramework(dependencies: Dependencies): void {
  const [, framework] = Object.entries(FRAMEWORKS).find(([name]) => name in dependencies) ?? [];
  if (framework === undefined) return;
  throw new ProgramError(
    `This app uses ${framework}, which kinde-cerbos init does not set up. docs/guides has pages for Next.js, React ` +
      `Router and TanStack Start. init is for apps like those made with: ${CREATE}`,
  );
}

/**
 * Requires versions that our packages work with: the installed ones, otherwise those in package.json.
 *
 * @throws ProgramError if a version is not supported
 */
export function requireVersions(folder: string, dependencies: Dependencies): void {
  for (const [name, { label, range, needs }] of Object.entries(VERSIONS)) {
    const declared = dependencies[name];
    if (typeof declared !== "string") continue;
    const installed = installedVersion(folder, name);
    const isFine =
      installed === undefined
        ? validRange(declared) === null || intersects(declared, range)
        : satisfies(installed, range, { includePrerelease: true });
    if (isFine) continue;
    throw new ProgramError(
      `This app uses ${label} ${installed ?? declared}. kinde-cerbos needs ${needs}: update ${label} first.`,
    );
  }
}

/** Returns the installed version of a package. In a workspace, it may be in a folder above. */
function installedVersion(folder: string, name: string): string | undefined {
  const file = join(folder, "node_modules", name, "package.json");
  if (existsSync(file)) {
    const { version } = fieldsOf(JSON.parse(readFileSync(file, "utf8")));
    return typeof version === "string" ? version : undefined;
  }
  const parent = dirname(folder);
  return parent === folder ? undefined : installedVersion(parent, name);
}
