import { Command } from "commander";
import { DEFAULT_OUT, DEFAULT_POLICIES } from "../defaults.ts";
import { type DefineCommand } from "../subcommand.ts";
import { type TypegenOptions } from "./typegen.ts";

/** `kinde-cerbos typegen`. */
export const typegenCommand: DefineCommand = (io) => {
  const command = new Command("typegen")
    .summary("write TypeScript types for the kinds, actions and attributes of your policies")
    .description(
      "Writes a TypeScript file with the kinds, actions and attributes of your Cerbos policies, so that a misspelled " +
        "one does not compile. If Cerbos is installed (CERBOS_PATH, node_modules or PATH), it also checks that the " +
        "policies compile.",
    )
    .argument("[policies]", "the folder of your policies", DEFAULT_POLICIES)
    .option("--out <FILE>", "the file to write", DEFAULT_OUT)
    .option(
      "--kinde <FILE>",
      "the kinde.json of the local Kinde, to type its roles, permissions and feature flags, too",
    )
    .option("--check", "for CI: write nothing, and print the difference if the file is not up to date")
    .option("--watch", "write the file again after each change, until you press Ctrl-C")
    .addHelpText("after", AFTER);
  const options = (): TypegenOptions => ({ ...command.opts(), policies: command.processedArgs[0] });
  return {
    command,
    // Loaded when it is needed: its libraries would make every command start slower.
    run: async () => (await import("./typegen.ts")).typegen(options(), io),
  };
};

const AFTER = `
Example:
  kinde-cerbos typegen cerbos/policies --out src/cerbos.gen.ts --kinde kinde.json

Exit codes: 0 the file is up to date, or you stopped --watch; 1 a policy, a schema or kinde.json is wrong, or with
--check the file is not up to date; 2 an option or argument is wrong, or CERBOS_PATH names no program; 3 an error in the
command itself; 130 with --watch, a second Ctrl-C.`;
