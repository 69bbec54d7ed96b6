import { Command } from "commander";
import { repeated } from "../repeated.ts";
import { type DefineCommand } from "../subcommand.ts";
import { DEFAULT_LIMIT, DEFAULT_LOGIN_PORT } from "./defaults.ts";
import { doctor } from "./doctor.ts";

/** `kinde-cerbos doctor`. */
export const doctorCommand: DefineCommand = (io) => {
  const command = new Command("doctor")
    .summary("check your PDP, your Kinde settings and your policies")
    .description(
      "Checks your PDP, your Kinde settings and your policies, and says what is wrong and what to do about it.",
    )
    .usage("--pdp URL --issuer URL [options]\n       kinde-cerbos doctor --explain FINDING")
    .option("--pdp <URL>", "the URL of the Cerbos PDP, or of the gateway in front of it")
    .option("--issuer <URL>", "your Kinde domain: https://YOUR_DOMAIN.kinde.com")
    .option("--client-id <ID>", "the client id of the application that the token should be for")
    .option("--audience <API>", "the audience that the token should have")
    .option("--origin <URL>", "the origin of pages that call the PDP from a browser")
    .optionsGroup("A valid access token, from the environment variable KINDE_TOKEN or one of:")
    .option("--token-stdin", "read it from standard input")
    .option(
      "--login",
      `sign in with a browser. Needs --client-id, and http://localhost:${DEFAULT_LOGIN_PORT}/callback in the ` +
        "allowed callback URLs in Kinde",
    )
    .option("--login-port <PORT>", `another port for --login (default: ${DEFAULT_LOGIN_PORT})`)
    .option("--token <TOKEN>", "not recommended: everyone on this machine can read it in the list of processes")
    .optionsGroup("Tokens that must be refused, and that only an issuer can make:")
    .option("--expired-token <TOKEN>", "or KINDE_EXPIRED_TOKEN: a token of this issuer that has expired")
    .option(
      "--foreign-token <TOKEN>",
      "or KINDE_FOREIGN_TOKEN: a token of another application or issuer. For several, repeat the option, or separate " +
        "them by spaces in the variable",
      repeated,
    )
    .optionsGroup("Your own policies:")
    .option(
      "--check <CHECK>",
      "kind:action or kind:action:id, such as document:edit:doc-1, or JSON with attributes: see --explain check. " +
        "Sent with the token, without it, and with an id and roles that the token does not have. Can be repeated",
      repeated,
    )
    .optionsGroup("Other options:")
    .option("--key-set-id <ID>", "the key set of the PDP, if it has several")
    .option("--max-resources <N>", `how many resources your app sends in a request (default: ${DEFAULT_LIMIT})`)
    .option("--max-actions <N>", `how many actions your app sends for a resource (default: ${DEFAULT_LIMIT})`)
    .option("--schema-kind <KIND>", "a resource kind that has a schema (default: kinde_doctor)")
    .option("--strict", "also exit with 1 if a finding was skipped")
    .option(
      "--may-skip <FINDING>",
      "with --strict: a finding that may be skipped, such as cors. Can be repeated",
      repeated,
    )
    .option("--json", "print JSON, for programs")
    .option("--explain <FINDING>", "print the documentation of a finding, and exit")
    .addHelpText("after", AFTER);
  return { command, run: () => doctor(command.opts(), io) };
};

const AFTER = `
Example:
  KINDE_TOKEN=… kinde-cerbos doctor --pdp http://localhost:3592 --issuer https://YOUR_DOMAIN.kinde.com \\
    --client-id YOUR_CLIENT_ID --check document:edit:doc-1

Exit codes: 0 there is no danger; 1 there is a danger, or with --strict a skipped finding; 2 an option or an
environment variable is wrong; 3 an error in the doctor itself. A skipped finding was not checked, or its result proves
nothing.`;
