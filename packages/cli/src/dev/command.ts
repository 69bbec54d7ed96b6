import { Command } from "commander";
import { type DefineCommand } from "../subcommand.ts";
import { DEFAULT_CONFIG, DEFAULT_ISSUER_PORT, DEFAULT_OUT, DEFAULT_PDP_PORT, DEFAULT_POLICIES } from "./defaults.ts";
import { type DevOptions } from "./settings.ts";

/** `kinde-cerbos dev`. */
export const devCommand: DefineCommand = (io) => {
  const command = new Command("dev")
    .summary("start an issuer and a Cerbos PDP for your app, and your app beside them")
    .description(
      "Starts what an app needs on this machine: an issuer that signs people in as Kinde does, and a Cerbos PDP with " +
        "your policies. Both read their files again when they change, and the types of your policies are written " +
        "again. Everything listens on this machine only. Ctrl-C stops it all.",
    )
    .usage("[options] [-- command of your app]")
    .argument("[command...]", "starts your app, too; when it ends, everything ends")
    .option("--policies <FOLDER>", "your Cerbos policies", DEFAULT_POLICIES)
    .option("--config <FILE>", "the people, organizations, roles and applications of the issuer", DEFAULT_CONFIG)
    .option("--issuer-port <PORT>", "the port of the issuer", `${DEFAULT_ISSUER_PORT}`)
    .option("--pdp-port <PORT>", "the port of the PDP, HTTP", `${DEFAULT_PDP_PORT}`)
    .option("--pdp-grpc-port <PORT>", "the port of the PDP, gRPC (default: none)")
    .option(
      "--behind-gateway",
      "policies trust the entitlements that your gateway adds. Only your gateway may then call the PDP",
    )
    .option("--out <FILE>", "the file of types that is written", DEFAULT_OUT)
    .option("--no-typegen", "write no types")
    .addHelpText("after", AFTER);
  const options = (): DevOptions => ({ ...command.opts(), command: command.processedArgs[0] });
  // Loaded when it is needed: its libraries would make every command start later.
  return { command, run: async () => (await import("./dev.ts")).dev(options(), io) };
};

const AFTER = `
Example:
  kinde-cerbos dev --policies cerbos/policies --config kinde.json -- npm run dev:app

Exit codes: 0 you have stopped it, or your app has ended with 0; 1 something could not be started, or has ended; 2 wrong
usage; 3 an error in the command itself; 130 stopped at once, by a second Ctrl-C.`;
