import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fieldsOf } from "@kinde-cerbos/core/internal";
import react from "@kinde-cerbos/react/package.json" with { type: "json" };
import { intersects, satisfies, validRange } from "semver";
import manifest from "../../package.json" with { type: "json" };
import { ProgramError } from "../programs/program-error.ts";

/** How to make an app that `init` takes. */
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

/** What each of them must be, if the app has it, and how it is said. */
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

/** What package.json says of each package that an app depends on, such as `^19.0.0`. */
type Dependencies = Readonly<Record<string, unknown>>;

/** @throws ProgramError if an app is made with a framework that renders on a server: it has no page that init knows */
export function requireNoFramework(dependencies: Dependencies): void {
  const [, framework] = Object.entries(FRAMEWORKS).find(([name]) => name in dependencies) ?? [];
  if (framework === undefined) return;
  throw new ProgramError(
    `This app uses ${framework}, which kinde-cerbos init does not set up. Add the parts by hand, as the quick start ` +
      `says. init is for apps like those of: ${CREATE}`,
  );
}

/** @throws ProgramError if the app has a version that our packages do not work with: the one installed, if there is one */
export function requireVersions(folder: string, dependencies: Dependencies): void {
  for (const [name, { label, range, needs }] of Object.entries(VERSIONS)) {
    const said = dependencies[name];
    if (typeof said !== "string") continue;
    const installed = installedVersion(folder, name);
    const isFine =
      installed === undefined
        ? validRange(said) === null || intersects(said, range)
        : satisfies(installed, range, { includePrerelease: true });
    if (isFine) continue;
    throw new ProgramError(
      `This app uses ${label} ${installed ?? said}. kinde-cerbos needs ${needs}: update ${label} first.`,
    );
  }
}

/** In a workspace, a package may be in a folder above. */
function installedVersion(folder: string, name: string): string | undefined {
  const file = join(folder, "node_modules", name, "package.json");
  if (existsSync(file)) {
    const { version } = fieldsOf(JSON.parse(readFileSync(file, "utf8")));
    return typeof version === "string" ? version : undefined;
  }
  const parent = dirname(folder);
  return parent === folder ? undefined : installedVersion(parent, name);
}
