import { type Principal, type Session } from "@kinde-cerbos/core";
import { type Fields } from "@kinde-cerbos/core/internal";
import { type PdpAnswer, type PdpPool } from "./pdp-pool.ts";
import { type Entry, type PdpQuestion } from "./read-request.ts";
import { Refusal } from "./refusal.ts";

/** The principal and the token for the PDP: made from the verified token, and from nothing else in the request. */
interface Caller {
  readonly principal: Principal;
  readonly auxData?: { readonly jwt: { readonly token: string; readonly keySetId?: string } };
}

/** Options for sending a request to the PDP. */
export interface SendOptions {
  readonly pool: PdpPool;
  /** Resources in a request that the PDP takes. */
  readonly pdpResources: number;
  /** The PDP's key set that verifies the token. */
  readonly keySetId?: string | undefined;
  readonly signal: AbortSignal;
}

/** The answer for the client, in the PDP's own form. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  /** The text, parsed. */
  readonly body: Fields;
  /** `Retry-After` of the PDP, or of a proxy before it. */
  readonly retryAfterMs?: number | undefined;
  /** Ids of the calls, to find them in the PDP's audit log. */
  readonly callIds: readonly string[];
  /** Which PDPs answered, by their places among the addresses. */
  readonly pdps: readonly number[];
}

/** How many requests to the PDP a question becomes. */
export function costOf(question: PdpQuestion, pdpResources: number): number {
  return question.path === "plan" ? 1 : Math.ceil(question.entries.length / pdpResources);
}

/**
 * Sends a question to the PDP with the principal of a session. A request to the gateway may have more resources than
 * one to the PDP: it is split into several parallel requests, and the results come back in one answer, in the original
 * order.
 *
 * @throws Refusal `pdp_unavailable`, `pdp_timeout`, `aborted`
 */
export async function sendToPdp(question: PdpQuestion, session: Session, options: SendOptions): Promise<Answer> {
  const { pool, pdpResources, keySetId } = options;
  // If one part fails, the others are aborted.
  const over = new AbortController();
  const signal = AbortSignal.any([options.signal, over.signal]);
  const { principal, token } = session;
  const caller: Caller = {
    principal,
    ...(token !== null && { auxData: { jwt: { token, ...(keySetId !== undefined && { keySetId }) } } }),
  };
  const ask = (about: object): Promise<PdpAnswer> =>
    pool.ask(question.path, JSON.stringify({ ...question.about, ...about, ...caller }), signal);
  if (question.path === "plan")
    return answerOf([await ask({ actions: question.actions, resource: question.resource })]);

  const chunks = chunksOf(question.entries, pdpResources);
  const asked = Promise.all(
    chunks.map(async (resources) => {
      const answer = await ask({ resources });
      const { results } = answer.body;
      // With one row less, all later rows would be in the wrong places.
      if (answer.status === 200 && !(Array.isArray(results) && results.length === resources.length)) {
        throw new Refusal(
          "pdp_unavailable",
          "The PDP did not answer with one result for each resource, so nothing is allowed.",
        );
      }
      return answer;
    }),
  );
  return answerOf(await asked.finally(() => over.abort()));
}

function answerOf(answers: readonly PdpAnswer[]): Answer {
  const callIds = answers.flatMap(({ body: { cerbosCallId: id } }) => (typeof id === "string" ? [id] : []));
  const pdps = [...new Set(answers.map(({ pdp }) => pdp))];
  const refused = answers.find(({ status }) => status !== 200);
  const [first] = answers;
  // A single answer, or a refusal, is passed on as received.
  const only = refused ?? (answers.length === 1 ? first : undefined);
  if (only) {
    const { status, text, body, retryAfterMs } = only;
    return { status, text, body, retryAfterMs, callIds, pdps };
  }
  const results = answers.flatMap(({ body }) => body["results"]);
  const body = { ...first?.body, results, cerbosCallId: callIds.join(",") };
  return { status: 200, text: JSON.stringify(body), body, callIds, pdps };
}

function chunksOf(entries: readonly Entry[], size: number): Entry[][] {
  const count = Math.ceil(entries.length / size);
  return Array.from({ length: count }, (_, chunk) => entries.slice(chunk * size, (chunk + 1) * size));
}
