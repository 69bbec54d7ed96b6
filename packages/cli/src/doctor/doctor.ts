import { type Io } from "../io.ts";
import { UsageError } from "../usage-error.ts";
import { examine } from "./examine.ts";
import { explain } from "./explain.ts";
import { danger, type Verdict } from "./finding.ts";
import { LoginError } from "./login-error.ts";
import { login } from "./login.ts";
import { type DoctorOptions, type DoctorValues, readOptions, readToken } from "./options.ts";
import { type Report, reportOn, reportText } from "./report.ts";
import { NO_TOKEN } from "./token-verdict.ts";
import { decodeToken, type Token } from "./token.ts";

/**
 * `kinde-cerbos doctor`: prints a report on the PDP, the Kinde settings and the policies to stdout. Everything else
 * goes to stderr. Its output never contains a token or the value of a claim.
 *
 * @returns 1 if it found a danger, or with `--strict` skipped a finding; otherwise 0
 * @throws UsageError
 */
export async function doctor(values: DoctorValues, io: Io): Promise<number> {
  if (values.explain !== undefined) {
    io.stdout.write(explain(await io.readManual(), values.explain));
    return 0;
  }
  const options = readOptions(values, io.env);
  if (options.tokenWasVisible) {
    io.stderr.write(
      "A token on the command line can be read in the list of processes and in your shell's history. " +
        "Use KINDE_TOKEN, --token-stdin or --login, " +
        "and for other tokens KINDE_EXPIRED_TOKEN and KINDE_FOREIGN_TOKEN.\n",
    );
  }
  const token = await obtainToken(options, io);
  const examination = await examine(options, { fetch: io.fetch, now: io.now(), token });
  const report = reportOn(examination, options);
  io.stdout.write(
    options.json ? `${JSON.stringify(report, undefined, 2)}\n` : reportText(report, { color: hasColor(io) }),
  );
  const unproven = skippedAgainst(report, options);
  if (unproven.length > 0)
    io.stderr.write(`Skipped, which --strict does not allow: ${unproven.join(", ")}. To allow them, use --may-skip.\n`);
  return report.summary.danger > 0 || unproven.length > 0 ? 1 : 0;
}

/** Returns the names of the findings that were skipped, but may not be. */
function skippedAgainst({ findings }: Report, { maySkip }: DoctorOptions): string[] {
  if (maySkip === undefined) return [];
  const unproven = findings.filter(({ state, id }) => state === "skipped" && !maySkip.includes(id));
  return [...new Set(unproven.map(({ id }) => id))];
}

/** Returns the token that the PDP should accept, or why there is none. */
async function obtainToken(
  { token: source, issuer, clientId = "", audience }: DoctorOptions,
  io: Io,
): Promise<Token | Verdict> {
  switch (source.from) {
    case "nowhere":
      return NO_TOKEN;
    case "text":
      return source.token;
    case "stdin":
      return readToken("--token-stdin", await readAll(io.stdin));
    case "login":
      try {
        const text = await login({
          issuer,
          clientId,
          port: source.port,
          fetch: io.fetch,
          show: (url) => io.stderr.write(`Open this address in a browser and sign in:\n\n  ${url}\n\n`),
          ...(audience !== undefined && { audience }),
        });
        const token = decodeToken(text);
        return (
          token ?? danger("The issuer returned an access token that is not a JWT.", "Is --issuer your Kinde domain?")
        );
      } catch (error) {
        if (!(error instanceof LoginError)) throw error;
        const remedy = "See --explain signing-in, or pass a token with KINDE_TOKEN or --token-stdin.";
        return { ...danger(error.message, remedy), title: "The sign-in failed" };
      }
  }
}

/** The maximum length of a token on standard input, in characters. */
const LIMIT = 65_536;

async function readAll(stdin: Io["stdin"]): Promise<string> {
  let text = "";
  for await (const chunk of stdin) {
    text += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8");
    if (text.length > LIMIT) throw new UsageError("--token-stdin got more than a token. Pass only the access token.");
  }
  return text;
}

/** Whether to print in color: on terminals, unless it is turned off (https://no-color.org). */
function hasColor({ stdout, env }: Io): boolean {
  return stdout.isTTY === true && (env["NO_COLOR"] ?? "") === "" && env["TERM"] !== "dumb";
}
