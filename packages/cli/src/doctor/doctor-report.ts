import { examine } from "./examine.ts";
import { readOptions } from "./options.ts";
import { reportOn } from "./report.ts";
import { NO_TOKEN } from "./token-verdict.ts";

/** What to examine, in the words of the command's options. */
interface DoctorReportOptions {
  readonly pdp: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly audience?: string;
  /** One that should be accepted. Default: none, and what needs one is skipped. */
  readonly token?: string;
  readonly check?: readonly string[];
}

/**
 * What `kinde-cerbos doctor --json` prints, for a program that may have a token. Nothing in it is a token, or a claim's
 * value.
 *
 * @throws UsageError for an option or a token that is none
 */
export async function doctorReport(values: DoctorReportOptions): Promise<object> {
  const options = readOptions(values, {});
  const token = options.token.from === "text" ? options.token.token : NO_TOKEN;
  return reportOn(await examine(options, { fetch, now: Date.now(), token }), options);
}
