import { Command } from "commander";
import { DEFAULT_CONFIG, DEFAULT_ISSUER_PORT, DEFAULT_OUT, DEFAULT_PDP_PORT, DEFAULT_POLICIES } from "../defaults.ts";
import { requireNode } from "../node-version.ts";
import { type DefineCommand } from "../subcommand.ts";
import { type DevOptions } from "./settings.ts";

/** `kinde-cerbos dev`. */
export const devCommand: DefineCommand = (io) => {
  const command = new Command("dev")
    .summary("start a local Kinde, a Cerbos PDP with your policies, and your app")
    .description(
      "Starts what your app needs on this machine: a local Kinde that people sign in to, and a Cerbos PDP (policy " +
        "decision point) with your policies. Reads the config and the policies again when they change, and writes " +
        "the types of your policies. Everything listens on this machine only. Ctrl-C stops everything.",
    )
    .usage("[options] [-- command]")
    .argument("[command...]", "starts your app, too, such as npm run dev. When it ends, everything ends")
    .option("--policies <FOLDER>", "the folder of your Cerbos policies", DEFAULT_POLICIES)
    .option("--config <FILE>", "the config of the local Kinde: people, roles, applications", DEFAULT_CONFIG)
    .option("--issuer-port <PORT>", "the port of the local Kinde", `${DEFAULT_ISSUER_PORT}`)
    .option("--pdp-port <PORT>", "the HTTP port of the PDP", `${DEFAULT_PDP_PORT}`)
    .option("--pdp-grpc-port <PORT>", "the gRPC port of the PDP (default: none)")
    .option(
      "--behind-gateway",
      "policies trust the entitlements that your gateway adds. Use it only if nothing else calls the PDP",
    )
    .option("--out <FILE>", "the file to write the types of your policies to", DEFAULT_OUT)
    .option("--no-typegen", "write no types")
    .addHelpText("after", AFTER);
  const options = (): DevOptions => ({ ...command.opts(), command: command.processedArgs[0] });
  return {
    command,
    async run() {
      // The app that it starts would fail in an old Node, with an error that does not say so.
      requireNode(process.versions.node);
      // Loaded when it is needed: its libraries would make every command start slower.
      return (await import("./dev.ts")).dev(options(), io);
    },
  };
};

const AFTER = `
Example:
  kinde-cerbos dev --policies cerbos/policies --config kinde.json -- npm run dev:app

Exit codes: 0 you stopped it, or your app ended with 0; 1 something could not be started, or failed; 2 an option is
wrong; 3 an error in the command itself; 130 a second Ctrl-C, which stops everything at once.`;
