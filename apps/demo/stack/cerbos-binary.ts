import { createRequire } from "node:module";

/**
 * The path of the Cerbos server for this machine. The `cerbos` package's own command is a wrapper that leaves
 * the server running when it is asked to end (0.51.0), so the server itself is started.
 * Throws with the remedy where there is none.
 */
export function cerbosBinary(): string {
  const name = `@cerbos/cerbos-${process.platform}-${process.arch}`;
  try {
    // An optional dependency of `cerbos`, not of ours: looked up from there.
    const require = createRequire(createRequire(import.meta.url).resolve("cerbos/package.json"));
    return require.resolve(name);
  } catch (cause) {
    throw new Error(
      `There is no Cerbos server for this machine: the package ${name} is not installed. ` +
        "It exists for Linux and macOS on x64 and arm64; there, install without --no-optional. " +
        "On Windows, run the project inside WSL.",
      { cause },
    );
  }
}
