import { withTimeout } from "@kinde-cerbos/core/internal";
import { describeError, Failure } from "../error-text.ts";
import { type ReceivedResponse, type Send, type SentRequest } from "../option.ts";
import { retryAfterIn } from "../retry-after.ts";

/** Posts a request to Kinde, three times if that may help, and gives what `read` makes of the answer. */
export type PatientPost = <Result>(
  url: string,
  init: SentRequest,
  read: (response: ReceivedResponse) => Promise<Result>,
) => Promise<Result>;

const ATTEMPTS = 3;
/** Before the second attempt, in ms; twice as long before the third; up to twice that at random. */
const PAUSE_MS = 500;
/** If Kinde wants to be asked later than this, in ms, it is not asked again. */
const LONGEST_PAUSE_MS = 30_000;

/**
 * @param timeoutMs how long an attempt may take
 * @returns what throws a Failure if no attempt had an answer to read, and what `read` throws
 */
export function createPatientPost(send: Send, timeoutMs: number): PatientPost {
  return (url, init, read) =>
    patiently(() =>
      withTimeout(
        async (signal) => {
          // Neither the secret nor a token goes where an answer points to.
          const response = await send(url, { ...init, method: "POST", redirect: "manual", signal });
          return response.status === 429 || response.status >= 500 ? new Later(response) : read(response);
        },
        { timeoutMs },
      ),
    );
}

/** An answer after which another attempt may help. */
class Later {
  readonly status: number;
  readonly retryAfterMs: number | undefined;
  constructor({ status, headers, body }: ReceivedResponse) {
    this.status = status;
    this.retryAfterMs = retryAfterIn(headers);
    void body?.cancel().catch(() => {});
  }
}

async function patiently<Result>(attempt: () => Promise<Result | Later>): Promise<Result> {
  for (let attempts = 1; ; attempts += 1) {
    let pauseMs = PAUSE_MS * 2 ** (attempts - 1) * (1 + Math.random());
    let failure: Failure;
    try {
      const result = await attempt();
      if (!(result instanceof Later)) return result;
      failure = new Failure(`Kinde cannot answer now: HTTP ${result.status}.`);
      pauseMs = result.retryAfterMs ?? pauseMs;
    } catch (error) {
      if (error instanceof Failure) throw error;
      // An HTTP client's error may quote the request, which has the secret.
      failure = new Failure(`Kinde cannot be reached: ${describeError(error)}`);
    }
    if (attempts === ATTEMPTS || pauseMs > LONGEST_PAUSE_MS) throw failure;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
