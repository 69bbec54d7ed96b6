import { Command } from "commander";
import { repeated } from "../repeated.ts";
import { type DefineCommand } from "../subcommand.ts";
import { DEFAULT_LIMIT, DEFAULT_LOGIN_PORT } from "./defaults.ts";
import { doctor } from "./doctor.ts";

/** `kinde-cerbos doctor`. */
export const doctorCommand: DefineCommand = (io) => {
  const command = new Command("doctor")
    .summary("find what is wrong between Kinde, Cerbos and your policies")
    .description("Finds what is wrong between Kinde, Cerbos and your policies, and says what to do about it.")
    .usage("--pdp URL --issuer URL [options]\n       kinde-cerbos doctor --explain FINDING")
    .option("--pdp <URL>", "the Cerbos PDP, or the gateway in front of it")
    .option("--issuer <URL>", "your Kinde domain: https://YOUR_DOMAIN.kinde.com")
    .option("--client-id <ID>", "the application that the token should be for")
    .option("--audience <API>", "the audience that the token should have")
    .option("--origin <URL>", "the origin of pages that call the PDP from a browser")
    .optionsGroup("A valid access token, from the environment variable KINDE_TOKEN or one of:")
    .option("--token-stdin", "standard input")
    .option(
      "--login",
      `you sign in in a browser. It needs --client-id, and http://localhost:${DEFAULT_LOGIN_PORT}/callback among the ` +
        "allowed callback URLs in Kinde",
    )
    .option("--login-port <PORT>", `another port for --login (default: ${DEFAULT_LOGIN_PORT})`)
    .option("--token <TOKEN>", "the command line: everyone on this machine can read it in the list of processes")
    .optionsGroup("Tokens that must be refused, and that only an issuer can make:")
    .option("--expired-token <TOKEN>", "or KINDE_EXPIRED_TOKEN: a token of this issuer that has expired")
    .option(
      "--foreign-token <TOKEN>",
      "or KINDE_FOREIGN_TOKEN: a token of another application or issuer. Several: repeat the option, or separate " +
        "them by spaces in the variable",
      repeated,
    )
    .optionsGroup("Your own policies:")
    .option(
      "--check <CHECK>",
      "kind:action or kind:action:id, such as document:edit:doc-1, or JSON with attributes. The doctor sends it with " +
        "the token, without it, and with an id and roles that the token does not have. May be repeated. " +
        "--explain check has the JSON form",
      repeated,
    )
    .optionsGroup("Other options:")
    .option("--key-set-id <ID>", "the key set of the PDP, if it has several")
    .option("--max-resources <N>", `how many resources your app sends in a request (default: ${DEFAULT_LIMIT})`)
    .option("--max-actions <N>", `how many actions your app sends for a resource (default: ${DEFAULT_LIMIT})`)
    .option("--schema-kind <KIND>", "a resource kind that has a schema (default: kinde_doctor)")
    .option("--strict", 'exit with 1 for "skipped", too')
    .option(
      "--may-skip <FINDING>",
      "with --strict: a finding that may be skipped, such as cors. May be repeated",
      repeated,
    )
    .option("--json", "print JSON, for programs")
    .option("--explain <FINDING>", "print what the documentation says about a finding, and exit")
    .addHelpText("after", AFTER);
  return { command, run: () => doctor(command.opts(), io) };
};

const AFTER = `
Example:
  KINDE_TOKEN=… kinde-cerbos doctor --pdp http://localhost:3592 --issuer https://YOUR_DOMAIN.kinde.com \\
    --client-id YOUR_CLIENT_ID --check document:edit:doc-1

Exit codes: 0 no danger; 1 a danger, or with --strict something skipped; 2 wrong usage; 3 an error in the doctor itself.
"skipped" means that nothing was proven.`;
