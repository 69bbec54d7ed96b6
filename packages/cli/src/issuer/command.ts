import { Command } from "commander";
import { DEFAULT_CONFIG, DEFAULT_ISSUER_PORT } from "../defaults.ts";
import { repeated } from "../repeated.ts";
import { type DefineCommand } from "../subcommand.ts";

/** `kinde-cerbos issuer`. */
export const issuerCommand: DefineCommand = (io) => {
  const command = new Command("issuer")
    .summary("start only the local Kinde")
    .description(
      "Starts a local Kinde: an issuer on this machine that signs people in as Kinde does, without an account and " +
        "without passwords. For development and tests only. The people, organizations and roles are in a config " +
        "file, which is read again when it changes.",
    )
    .option("--config <FILE>", "the config: people, organizations, roles and applications", DEFAULT_CONFIG)
    .option("--port <PORT>", "the port to listen on, on this machine only", `${DEFAULT_ISSUER_PORT}`)
    .option(
      "--origin <URL>",
      "another origin of your app: the redirect URIs of the config are allowed there, too. Can be repeated",
      repeated,
    )
    .addHelpText("after", AFTER);
  // Loaded when it is needed: its libraries would make every command start slower.
  return { command, run: async () => (await import("./issuer.ts")).issuer(command.opts(), io) };
};

const AFTER = `
Example:
  kinde-cerbos issuer --config kinde.json --port 4005 --origin http://localhost:5174

Exit codes: 0 you stopped it; 1 the config is wrong, or the port is taken; 2 an option is wrong; 3 an error in the
command itself; 130 a second Ctrl-C.`;
