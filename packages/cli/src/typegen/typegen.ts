import { resolve } from "node:path";
import { createTwoFilesPatch } from "diff";
import { type Io } from "../io.ts";
import { UsageError } from "../usage-error.ts";
import { watchSources } from "../watch-sources.ts";
import { InputError } from "./input-error.ts";
import { compareFile, type FileOptions, updateFile } from "./update-file.ts";

/** Options of `kinde-cerbos typegen`. */
export interface TypegenOptions extends FileOptions {
  /** Whether to compare only, and write nothing. */
  readonly check?: boolean;
  /** Whether to write the file again after each change, until interrupted. */
  readonly watch?: boolean;
}

/**
 * `kinde-cerbos typegen`: writes types for the names in Cerbos policies. Results go to stdout, problems to stderr.
 *
 * @returns 1 if a policy, a schema or `kinde.json` is wrong, or with `--check` the file is not up to date; otherwise 0
 * @throws UsageError
 */
export async function typegen(options: TypegenOptions, io: Io): Promise<number> {
  if (options.check && options.watch) throw new UsageError("Pass only one of --check and --watch.");
  for (const name of ["out", "kinde"] as const) {
    if (options[name] === "") throw new UsageError(`--${name} takes the path of a file.`);
  }
  return options.watch ? runUntilInterrupted(options, io) : runOnce(options, io);
}

async function runOnce(options: TypegenOptions, io: Io): Promise<number> {
  try {
    return options.check ? await check(options, io) : await write(options, io);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    io.stderr.write(`${error.message}\n`);
    return 1;
  }
}

async function write(options: FileOptions, io: Io): Promise<number> {
  const { isCurrent, kinds, notes } = await updateFile(options, io);
  io.stderr.write(notes.map((note) => `${note}\n`).join(""));
  io.stdout.write(
    `${options.out}: ${kinds} ${kinds === 1 ? "kind" : "kinds"}, ${isCurrent ? "unchanged" : "written"}\n`,
  );
  return 0;
}

async function check(options: FileOptions, io: Io): Promise<number> {
  const { isCurrent, current, text } = await compareFile(options, io);
  if (isCurrent) {
    io.stdout.write(`${options.out} is up to date.\n`);
    return 0;
  }
  io.stdout.write(createTwoFilesPatch(options.out, options.out, current, text, "current", "from the policies"));
  io.stderr.write(`${options.out} is not up to date. Run kinde-cerbos typegen without --check, and commit the file.\n`);
  return 1;
}

/** Runs once, and again after each change, until interrupted. Never runs twice at the same time. */
async function runUntilInterrupted(options: TypegenOptions, io: Io): Promise<number> {
  let last: Promise<unknown> = Promise.resolve();
  let isWaiting = false;
  const run = (): Promise<unknown> => {
    isWaiting = false;
    // The next change may fix the problem.
    return runOnce(options, io).catch((error: unknown) => io.stderr.write(`${String(error)}\n`));
  };
  const runAgain = (): void => {
    if (!isWaiting) last = last.then(run);
    isWaiting = true;
  };
  const sources = [options.policies, ...(options.kinde ? [options.kinde] : [])].map((path) => resolve(io.cwd, path));
  const watcher = watchSources(sources, runAgain);
  try {
    await watcher.ready;
    const first = runOnce(options, io);
    last = first.catch(() => {});
    await first;
    io.stdout.write(`Watching ${options.policies}. Press Ctrl-C to stop.\n`);
    await io.interrupted();
    return 0;
  } finally {
    await watcher.close();
    await last;
  }
}
