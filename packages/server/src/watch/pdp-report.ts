import { boundedText } from "../bounded-text.ts";
import { Failure } from "../error-text.ts";
import { type Send } from "../option.ts";
import { settled } from "../settled.ts";

/** A PDP's report on its policies. Its texts are only compared with those of another report. */
export interface PdpReport {
  /** Which process it is: a PDP that was started again may have other policies. */
  readonly process: string;
  /** Differs after policies were loaded: compiled without an error, deleted, or replaced as a bundle. */
  readonly loaded: string;
  /** Differs after a policy did not compile. */
  readonly failed: string;
}

/** It is 25 to 40 KB, less where it is compressed. */
const MAX_BYTES = 4_194_304;
const TIMEOUT_MS = 5000;

const PROCESS = /^process_start_time_seconds(?:\{.*\})? .*$/gm;
const LOADED = new RegExp(
  [
    String.raw`^cerbos_dev_compiler_compile_duration\w*_count\{.*status="success".*\} .*$`,
    String.raw`^cerbos_dev_index_crud_count\w*\{.*kind="delete".*\} .*$`,
    String.raw`^cerbos_dev_store_bundle_updates_count\w*(?:\{.*\})? .*$`,
  ].join("|"),
  "gm",
);
const FAILED = /^cerbos_dev_compiler_compile_duration\w*_count\{.*status="failure".*\} .*$/gm;

/**
 * Reads the metrics of a PDP, which count what happened to its policies.
 *
 * @throws Failure if it cannot be reached, or reports none
 */
export async function readReport(pdp: string, send: Send): Promise<PdpReport> {
  const over = new AbortController();
  const read = async (): Promise<string> => {
    const response = await send(`${pdp}/_cerbos/metrics`, { redirect: "manual", signal: over.signal });
    if (response.status !== 200) {
      throw new Failure(
        `The metrics of the PDP cannot be read: HTTP ${response.status}. Is server.metricsEnabled off?`,
      );
    }
    return boundedText(response, MAX_BYTES);
  };
  try {
    const text = await settled(read(), TIMEOUT_MS);
    if (text === undefined) throw new Failure(`The PDP gave no metrics within ${TIMEOUT_MS} ms.`);
    const [process, loaded, failed] = [PROCESS, LOADED, FAILED].map((lines) => text.match(lines)?.join("\n") ?? "");
    if (!text.includes("cerbos_dev_"))
      throw new Failure("The answer has no metrics of a PDP. Is this the address of a Cerbos PDP?");
    return { process: process ?? "", loaded: loaded ?? "", failed: failed ?? "" };
  } finally {
    // Nobody reads on.
    over.abort();
  }
}
