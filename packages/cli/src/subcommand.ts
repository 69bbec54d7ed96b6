import { type Command } from "commander";
import { type Io } from "./io.ts";

/** A command of `kinde-cerbos`: how it is called, and what it does once its arguments are read. */
interface Subcommand {
  /** Its name, arguments, options and help. */
  readonly command: Command;
  /**
   * Runs it, and returns the exit code: 0, or 1 if it has found what it looks for.
   *
   * @throws UsageError
   */
  readonly run: () => Promise<number>;
}

/** Makes a {@link Subcommand}, new for each run of the program: a `Command` keeps what it has read. */
export type DefineCommand = (io: Io) => Subcommand;
