import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { type Io } from "../io.ts";
import { UsageError } from "../usage-error.ts";
import { cerbosCompile } from "./cerbos-compile.ts";
import { generate, type Generated, type Sources } from "./generate.ts";
import { HEADER } from "./generated-file.ts";
import { InputError } from "./input-error.ts";

/** The sources of the generated file, and its path. */
export interface FileOptions extends Sources {
  readonly out: string;
}

/** The file as it should be, and its current text. */
export interface Comparison extends Generated {
  /** The current text of the file; empty if it does not exist. */
  readonly current: string;
  readonly isCurrent: boolean;
}

/**
 * Compares the file with the policies. If there is a Cerbos on this machine, also compiles them.
 *
 * @throws InputError if a policy does not compile, or an input file is missing or wrong
 * @throws UsageError if the file was not made by typegen
 */
export async function compareFile({ out, ...sources }: FileOptions, io: FileIo): Promise<Comparison> {
  const [compiled, generated] = await Promise.all([
    cerbosCompile(resolve(io.cwd, sources.policies), io),
    // Cerbos' own error about a policy is better, so it has priority.
    generate(sources, io.cwd).catch((error: unknown) => ({ error })),
  ]);
  if (compiled) throw new InputError(`The policies in ${sources.policies} do not compile.\n${compiled}`);
  if ("error" in generated) throw generated.error;
  // Read last, so that a file put there in the meantime is not overwritten.
  const current = await currentText(out, io.cwd);
  if (current !== "" && !current.startsWith(HEADER)) {
    throw new UsageError(
      `${out} was not made by typegen, so it is not overwritten. Set --out to another file, or delete it.`,
    );
  }
  return { ...generated, current, isCurrent: current === generated.text };
}

/**
 * Writes the file, unless it is up to date.
 *
 * @throws as {@link compareFile}
 */
export async function updateFile(options: FileOptions, io: FileIo): Promise<Comparison> {
  const comparison = await compareFile(options, io);
  if (!comparison.isCurrent) {
    const file = resolve(io.cwd, options.out);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, comparison.text);
  }
  return comparison;
}

/** The environment and the working directory. */
type FileIo = Pick<Io, "env" | "cwd">;

/** Returns the current text, without changes by Git (line endings) or by an editor (a byte order mark). */
async function currentText(file: string, cwd: string): Promise<string> {
  const text = await readFile(resolve(cwd, file), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw new UsageError(`${file} cannot be read (${error.code}). --out takes the path of a file.`);
  });
  return text.replace(/^\uFEFF/, "").replaceAll("\r\n", "\n");
}
