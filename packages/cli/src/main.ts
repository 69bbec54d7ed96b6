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

/** All of them, in the order of the help. Each has a folder of its own. */
const COMMANDS: readonly DefineCommand[] = [initCommand, devCommand, issuerCommand, typegenCommand, doctorCommand];

/** Columns of the help, wherever it is read. */
const WIDTH = 120;

const AFTER = `
Exit codes: 0 all is well; 1 the command has found something, or could not go on; 2 wrong usage; 3 an error in the command itself.
kinde-cerbos COMMAND --help has an example, and what 1 means there.`;

/**
 * The command line `kinde-cerbos`. Exit codes: those of the command (of `doctor`: 0 no danger, 1 a danger);
 * 2 for wrong usage; 3 where the command itself failed.
 *
 * @param args what follows the name of the program
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
      // Its messages repeat what was typed.
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
      io.stderr.write(`${name}: ${problem}\nSee: ${name} --help\n`);
      return 2;
    }
    if (error instanceof ProgramError) {
      io.stderr.write(`${redact(error.message)}\n`);
      return 1;
    }
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    io.stderr.write(`${name} stopped because of an error in itself, so there is no report: ${redact(what)}\n`);
    return 3;
  }
}

/** What is wrong with the arguments. Of these, only what looks like the name of an option is repeated. */
function problemOf({ code, message }: CommanderError): string {
  const [, option = ""] = /option ('--?[a-z][a-z-]{0,30})['= ]/.exec(message) ?? [];
  const named = option && ` ${option}'`;
  const [, hint = ""] = /\((Did you mean .*\?)\)$/.exec(message) ?? [];
  switch (code) {
    case "commander.help":
      return "a command is missing.";
    case "commander.unknownCommand":
      return `there is no such command. ${hint}`.trimEnd();
    case "commander.unknownOption":
      return `Unknown option${named}. ${hint}`.trimEnd();
    case "commander.optionMissingArgument":
      return `Option${named} argument missing.`;
    case "commander.excessArguments":
      return "there is an argument without an option. Options begin with --.";
    default:
      return "the arguments cannot be read.";
  }
}
