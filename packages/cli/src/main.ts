import { redact } from "@kinde-cerbos/core/internal";
import manifest from "../package.json" with { type: "json" };
import { doctor } from "./doctor/doctor.ts";
import { type Io } from "./io.ts";
import { UsageError } from "./usage-error.ts";

/** A subcommand: gets the arguments after its name, and returns the exit code. */
type Command = (args: readonly string[], io: Io) => Promise<number>;

const COMMANDS: ReadonlyMap<string, Command> = new Map([["doctor", doctor]]);

const HELP = `Usage: kinde-cerbos <command> [options]

Commands:
  doctor   find what is wrong between Kinde, Cerbos and your policies

Options:
  --help      of a command, too
  --version
`;

/**
 * The command line `kinde-cerbos`. Exit codes: those of the command (of `doctor`: 0 no danger, 1 a danger);
 * 2 for wrong usage; 3 where the command itself failed.
 *
 * @param args what follows the name of the program
 */
export async function main(args: readonly string[], io: Io): Promise<number> {
  const [name, ...rest] = args;
  if (name === "--help" || name === "-h" || name === "help") {
    io.stdout.write(HELP);
    return 0;
  }
  if (name === "--version") {
    io.stdout.write(`${manifest.version}\n`);
    return 0;
  }
  const command = COMMANDS.get(name ?? "");
  if (command === undefined) {
    // What was typed is not repeated: it may be a token that has lost its option.
    io.stderr.write(
      `kinde-cerbos: ${name === undefined ? "a command is missing" : "there is no such command"}.\n\n${HELP}`,
    );
    return 2;
  }
  try {
    return await command(rest, io);
  } catch (error) {
    if (error instanceof UsageError) {
      io.stderr.write(`kinde-cerbos ${name}: ${error.message}\nSee: kinde-cerbos ${name} --help\n`);
      return 2;
    }
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    io.stderr.write(`kinde-cerbos ${name} stopped because of an error in itself, so there is no report: ${redact(what)}
`);
    return 3;
  }
}
