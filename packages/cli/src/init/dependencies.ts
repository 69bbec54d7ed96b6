import react from "@kinde-cerbos/react/package.json" with { type: "json" };
import { parseDocument } from "yaml";
import manifest from "../../package.json" with { type: "json" };
import { type Io } from "../io.ts";
import { findCerbos, RECOMMENDED } from "../pdp/cerbos.ts";
import { ProgramError } from "../programs/program-error.ts";
import { type PackageJsonAdditions } from "./package-json.ts";
import { type PackageManager } from "./package-manager.ts";

/** The version in package.json that installs a packed package from its file, by package name. */
export type Packed = Readonly<Record<string, string>>;

/** Returns the packages that an app needs, as additions to its package.json. */
export function dependencies(io: Pick<Io, "env" | "cwd">, packed: Packed = {}): PackageJsonAdditions {
  const ours = (name: string): string => packed[name] ?? `^${manifest.version}`;
  return {
    dependencies: {
      "@kinde-cerbos/core": ours("@kinde-cerbos/core"),
      "@kinde-cerbos/react": ours("@kinde-cerbos/react"),
      "@kinde-oss/kinde-auth-react": react.peerDependencies["@kinde-oss/kinde-auth-react"],
      "@tanstack/react-query": react.peerDependencies["@tanstack/react-query"],
    },
    devDependencies: {
      "@kinde-cerbos/cli": ours("@kinde-cerbos/cli"),
      "@kinde-cerbos/server": ours("@kinde-cerbos/server"),
    },
    optionalDependencies: cerbosPackage(io),
  };
}

/**
 * Returns the additions to package.json that make packages depend on the packed packages, too. For pnpm, they are in
 * another file: see {@link pnpmWorkspace}.
 */
export function overrides(packageManager: PackageManager, packed: Packed): PackageJsonAdditions {
  if (packageManager === "pnpm") return {};
  return { [packageManager === "yarn" ? "resolutions" : "overrides"]: packed };
}

/** Returns the text of pnpm-workspace.yaml with overrides for the packed packages. */
export function pnpmWorkspace(text: string, packed: Packed): string {
  const document = parseDocument(text);
  if (Object.entries(packed).every(([name, spec]) => document.getIn(["overrides", name]) === spec)) return text;
  for (const [name, spec] of Object.entries(packed)) document.setIn(["overrides", name], spec);
  return document.toString();
}

/** Returns the Cerbos package for this machine, if it has no Cerbos. Optional: other machines need another one. */
function cerbosPackage(io: Pick<Io, "env" | "cwd">): Record<string, string> {
  const { platform, arch } = process;
  try {
    findCerbos(io);
    return {};
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    const isKnown = ["linux", "darwin"].includes(platform) && ["x64", "arm64"].includes(arch);
    return isKnown ? { [`@cerbos/cerbos-${platform}-${arch}`]: RECOMMENDED } : {};
  }
}
