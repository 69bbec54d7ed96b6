import { redact } from "@kinde-cerbos/core/internal";
import { Command, CommanderError } from "commander";
import manifest from "../package.json" with { type: "json" };
import { devCommand } from "./dev/command.ts";
import { doctorCommand } from "./doctor/command.ts";
import { initCommand } from "./init/command.ts";
import { type Io } from "./io.ts";
import { issuerCommand } from "./issuer/command.ts";
import { ProgramError } from "./programs/program-error.ts";
import { type DefineCommand } from "./subcommand.ts";
import { typegenCommand } from "./typegen/command.ts";
import { UsageError } from "./usage-error.ts";

/** All commands, in the order of the help. Each has its own folder. */
const COMMANDS: readonly DefineCommand[] = [initCommand, devCommand, issuerCommand, typegenCommand, doctorCommand];

/** The width of the help, in columns, also in a narrower terminal. */
const WIDTH = 120;

const AFTER = `
Exit codes: 0 success; 1 a problem was found, or something failed; 2 an option, an argument or an environment variable
is wrong (with dev, 1 for CERBOS_PATH); 3 an error in the command itself. For options, an example and the meaning of 1,
run kinde-cerbos COMMAND --help.`;

/**
 * Runs the command line `kinde-cerbos`.
 *
 * @param args the arguments after the name of the program
 * @returns the exit code: that of the command, 0 or 1; 2 for a wrong option, argument or environment variable; 3 for an
 *   error in the command itself
 */
export async function main(args: readonly string[], io: Io): Promise<number> {
  let code = 0;
  const program = new Command("kinde-cerbos")
    .usage("<command> [options]")
    .version(manifest.version, "--version", "print the version")
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      // Commander's messages repeat what was typed, which may be a token.
      outputError: () => {},
      getOutHelpWidth: () => WIDTH,
      getErrHelpWidth: () => WIDTH,
    })
    .addHelpText("after", AFTER);
  for (const define of COMMANDS) {
    const { command, run } = define(io);
    command.copyInheritedSettings(program).action(async () => {
      code = await run();
    });
    program.addCommand(command);
  }
  const called = program.commands.find((command) => command.name() === args[0]);
  const name = called ? `kinde-cerbos ${called.name()}` : "kinde-cerbos";
  try {
    await program.parseAsync(args, { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    if (error instanceof UsageError || error instanceof CommanderError) {
      const problem = error instanceof UsageError ? error.message : problemOf(error);
      io.stderr.write(`${name}: ${problem}\nFor all options, run: ${name} --help\n`);
      return 2;
    }
    if (error instanceof ProgramError) {
      io.stderr.write(`${redact(error.message)}\n`);
      return 1;
    }
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    io.stderr.write(
      `${name} stopped because of an error in itself. Please report it: ${manifest.bugs.url}\n${redact(what)}\n`,
    );
    return 3;
  }
}

/** Describes what is wrong with the arguments. Repeats only what looks like the name of an option. */
function problemOf({ code, message }: CommanderError): string {
  const [, option = ""] = /option ('--?[a-z][a-z-]{0,30})['= ]/.exec(message) ?? [];
  const named = option && ` ${option}'`;
  const [, hint = ""] = /\((Did you mean .*\?)\)$/.exec(message) ?? [];
  switch (code) {
    case "commander.help":
      return "A command is missing.";
    case "commander.unknownCommand":
      return `There is no such command. ${hint}`.trimEnd();
    case "commander.unknownOption":
      return `Unknown option${named}. ${hint}`.trimEnd();
    case "commander.optionMissingArgument":
      return `The option${named} needs a value.`;
    case "commander.excessArguments":
      return "There is one argument too many. Options begin with --.";
    default:
      return "The arguments cannot be read.";
  }
}
