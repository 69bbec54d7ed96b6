import { Command } from "commander";
import { DEFAULT_ISSUER_PORT, DEFAULT_PDP_PORT } from "../defaults.ts";
import { requireNode } from "../node-version.ts";
import { type DefineCommand } from "../subcommand.ts";

/** `kinde-cerbos init`. */
export const initCommand: DefineCommand = (io) => {
  const command = new Command("init")
    .summary("set up a Vite app with React and TypeScript")
    .description(
      "Sets up a Vite app with React and TypeScript. Adds Cerbos policies with a schema and a test, people for the " +
        "local Kinde, the providers, the gateway as a Vite plugin, scripts, and an example. Run it in the folder of " +
        "your app. It asks before it writes, and keeps your files unless you pass --overwrite. You can run it again.",
    )
    .option("--policies <FOLDER>", "the folder for your policies (default: cerbos/policies)")
    .option("--port <PORT>", "the port of your app's development server (default: its own, otherwise 5173)")
    .option("--issuer-port <PORT>", `the port of the local Kinde (default: ${DEFAULT_ISSUER_PORT})`)
    .option("--pdp-port <PORT>", `the port of the PDP (default: ${DEFAULT_PDP_PORT})`)
    .option("--package-manager <NAME>", "npm, pnpm, yarn or bun (default: the one that your app uses)")
    .option("--edit", "edit vite.config and the file that renders your app (default)")
    .option("--no-edit", "do not edit them, and print what to add")
    .option("--overwrite", "replace your files if their contents differ")
    .option("--no-overwrite", "keep your files (default)")
    .option("--install", "install the packages (default)")
    .option("--no-install", "only add them to package.json")
    .option("--packages <FOLDER>", "install the @kinde-cerbos packages from packed files in this folder")
    .option("-y, --yes", "ask nothing, and use the defaults for all other options")
    .option("--dry-run", "print what would be done, without asking or writing")
    .addHelpText("after", AFTER);
  return {
    command,
    async run() {
      // Before the rest is loaded, which fails in an old Node.
      requireNode(process.versions.node);
      // Loaded when it is needed: its libraries would make every command start slower.
      return (await import("./init.ts")).init(command.opts(), io);
    },
  };
};

const AFTER = `
Example:
  kinde-cerbos init --yes --package-manager pnpm

Exit codes: 0 the app is set up, or with --dry-run could be; 1 the app cannot be set up, a file cannot be written, the
packages cannot be installed, or a policy is wrong; 2 an option is wrong, or a question cannot be asked: there is no
terminal, and no --yes; or CERBOS_PATH names no program: the files are written, and nothing is installed; 3 an error in
the command itself; 130 you stopped it at a question, or answered No to the last one, and nothing was written.`;
