import { Command } from "commander";
import { DEFAULT_ISSUER_PORT, DEFAULT_PDP_PORT } from "../dev/defaults.ts";
import { type DefineCommand } from "../subcommand.ts";
import { requireNode } from "./node-version.ts";

/** `kinde-cerbos init`. */
export const initCommand: DefineCommand = (io) => {
  const command = new Command("init")
    .summary("set up an app on Vite with React and TypeScript")
    .description(
      "Adds what an app needs: Cerbos policies with a schema and a test, people for the local issuer, the providers, " +
        "the gateway as a plugin of Vite, scripts, and an example. Run it in the folder of the app. It asks before " +
        "it writes, and replaces none of your files unless you say so. You can run it again.",
    )
    .option("--policies <FOLDER>", "the folder for your policies (default: cerbos/policies)")
    .option("--port <PORT>", "the port of the app's development server (default: the one it has, else 5173)")
    .option("--issuer-port <PORT>", `the port of the local issuer (default: ${DEFAULT_ISSUER_PORT})`)
    .option("--pdp-port <PORT>", `the port of the PDP (default: ${DEFAULT_PDP_PORT})`)
    .option("--package-manager <NAME>", "npm, pnpm, yarn or bun (default: the one that the app uses)")
    .option("--edit", "edit the configuration of Vite and the file that renders your app (default)")
    .option("--no-edit", "print what to add to them")
    .option("--overwrite", "replace files of yours that have other contents")
    .option("--no-overwrite", "keep them (default)")
    .option("--install", "install the packages (default)")
    .option("--no-install", "only add them to package.json")
    .option("--packages <FOLDER>", "install our packages from files that were packed into this folder")
    .option("-y, --yes", "ask nothing, and take the defaults for what no option says")
    .option("--dry-run", "print what would be done, ask nothing and write nothing")
    .addHelpText("after", AFTER);
  return {
    command,
    async run() {
      // Before the rest is loaded, which an old Node cannot.
      requireNode(process.versions.node);
      // Loaded when it is needed: its libraries would make every command start later.
      return (await import("./init.ts")).init(command.opts(), io);
    },
  };
};

const AFTER = `
Example:
  kinde-cerbos init --yes --package-manager pnpm

Exit codes: 0 the app is set up, or with --dry-run could be; 1 it is no app that can be set up, a file could not be
written, the packages could not be installed, or a policy is wrong; 2 wrong usage, or a question that nobody can answer; 3 an error in the
command itself; 130 you have stopped it with Ctrl-C, and nothing was written.`;
