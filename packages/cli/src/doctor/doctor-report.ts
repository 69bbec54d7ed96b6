import { examine } from "./examine.ts";
import { readOptions } from "./options.ts";
import { reportOn } from "./report.ts";
import { NO_TOKEN } from "./token-verdict.ts";

/** Options of {@link doctorReport}, named like those of the command. */
interface DoctorReportOptions {
  readonly pdp: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly audience?: string;
  /** A token that the PDP should accept. Default: none, and findings that need one are skipped. */
  readonly token?: string;
  readonly check?: readonly string[];
}

/**
 * Returns what `kinde-cerbos doctor --json` prints. It never contains a token or the value of a claim.
 *
 * @throws UsageError for an invalid option or token
 */
export async function doctorReport(values: DoctorReportOptions): Promise<object> {
  const options = readOptions(values, {});
  const token = options.token.from === "text" ? options.token.token : NO_TOKEN;
  return reportOn(await examine(options, { fetch, now: Date.now(), token }), options);
}
