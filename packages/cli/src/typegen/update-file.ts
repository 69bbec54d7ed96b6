import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { type Io } from "../io.ts";
import { UsageError } from "../usage-error.ts";
import { cerbosCompile } from "./cerbos-compile.ts";
import { generate, type Generated, type Sources } from "./generate.ts";
import { HEADER } from "./generated-file.ts";
import { InputError } from "./input-error.ts";

/** What the file is made of, and where it is. */
export interface FileOptions extends Sources {
  readonly out: string;
}

/** The file as it should be, and as it is. */
export interface Comparison extends Generated {
  /** What is in the file now; empty if there is none. */
  readonly current: string;
  readonly isCurrent: boolean;
}

/**
 * Compares the file with the policies. If there is a Cerbos on this machine, it compiles them meanwhile.
 *
 * @throws InputError where a policy does not compile, or a file that is read is missing or wrong
 * @throws UsageError where the file is somebody's own
 */
export async function compareFile({ out, ...sources }: FileOptions, io: World): Promise<Comparison> {
  const [compiled, generated, current] = await Promise.all([
    cerbosCompile(resolve(io.cwd, sources.policies), io),
    // Cerbos knows better what is wrong with a policy: its word comes first.
    generate(sources, io.cwd).catch((error: unknown) => ({ error })),
    currentText(out, io.cwd),
  ]);
  if (compiled) throw new InputError(`The policies in ${sources.policies} do not compile.\n${compiled}`);
  if ("error" in generated) throw generated.error;
  if (current !== "" && !current.startsWith(HEADER)) {
    throw new UsageError(`${out} is not made by typegen, so it is left as it is. Name another file, or delete it.`);
  }
  return { ...generated, current, isCurrent: current === generated.text };
}

/**
 * Writes the file, unless it is as it should be.
 *
 * @throws as {@link compareFile}
 */
export async function updateFile(options: FileOptions, io: World): Promise<Comparison> {
  const comparison = await compareFile(options, io);
  if (!comparison.isCurrent) {
    const file = resolve(io.cwd, options.out);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, comparison.text);
  }
  return comparison;
}

/** Where it runs. */
type World = Pick<Io, "env" | "cwd">;

/** As we write it: git may have changed its line endings, and an editor may have put a byte order mark before it. */
async function currentText(file: string, cwd: string): Promise<string> {
  const text = await readFile(resolve(cwd, file), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw new UsageError(`${file} cannot be read (${error.code}). --out takes the path of a file.`);
  });
  return text.replace(/^\uFEFF/, "").replaceAll("\r\n", "\n");
}
