import { type Command } from "commander";
import { type Io } from "./io.ts";

/** A command of `kinde-cerbos`. */
interface Subcommand {
  /** Its name, arguments, options and help. */
  readonly command: Command;
  /**
   * Runs it, after its arguments were read. Returns the exit code: 0, or 1 if it found a problem.
   *
   * @throws UsageError
   */
  readonly run: () => Promise<number>;
}

/** Creates a {@link Subcommand}. Each run needs a new one, because a `Command` keeps the arguments it has read. */
export type DefineCommand = (io: Io) => Subcommand;
