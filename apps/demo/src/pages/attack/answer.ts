import { fieldsOf, isName } from "@kinde-cerbos/core/internal";
import { type Attack, type Door, type Lie } from "./attack.ts";
import { requestFor, type Sender, shownRequest } from "./request.ts";

/**
 * `refused`: the request as a whole. `denied`: it was answered, and the action is not allowed. `failed`: there was no
 * readable answer, so the result is unknown.
 */
type Verdict = "allowed" | "denied" | "refused" | "failed";

/** The answer of a door. */
export interface Answer {
  readonly verdict: Verdict;
  /** HTTP status; `null` if there was no answer. */
  readonly status: number | null;
  /** The part that decided. */
  readonly layer: string;
  /** The layer's own message. */
  readonly words: string;
  readonly wins: boolean;
  /** The request, without tokens. */
  readonly request: string;
}

/** Sends a lie to a door, and reads the answer. */
export async function sendLie(door: Door, { prize }: Attack, lie: Lie, sender: Sender): Promise<Answer> {
  const { method, address, headers, body } = requestFor(door, lie, sender, ({ text }) => text);
  const request = shownRequest(door, lie, sender);
  try {
    const response = await fetch(address, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    const answer = fieldsOf(await response.json());
    const read = door === "api" ? fromApi(response.status, answer) : fromPdp(door, response.status, answer, lie);
    const wins = prize === "knowledge" ? read.policy !== undefined : prize !== "nothing" && read.verdict === "allowed";
    return { ...read, status: response.status, wins, request };
  } catch {
    return {
      verdict: "failed",
      status: null,
      layer: "Nobody",
      words: "The answer cannot be read.",
      wins: false,
      request,
    };
  }
}

type Read = Pick<Answer, "verdict" | "layer" | "words"> & { readonly policy?: string };

function fromApi(status: number, { message }: { readonly [field: string]: unknown }): Read {
  const words = isName(message) ? message : "It did what was requested.";
  if (status === 200) return { verdict: "allowed", layer: "Nobody", words };
  if (status === 401) return { verdict: "refused", layer: "The API, before it calls Cerbos", words };
  if (status === 403 || status === 404) {
    return { verdict: "denied", layer: "The policies, with the document from the API's database", words };
  }
  return { verdict: "failed", layer: "Nobody", words };
}

function fromPdp(door: Door, status: number, answer: { readonly [field: string]: unknown }, { action }: Lie): Read {
  const { message, results } = answer;
  const [row] = Array.isArray(results) ? results : [];
  if (status !== 200 || row === undefined) {
    const isRefusal = status >= 400 && status < 500;
    const words = isName(message) ? message : "No reason was given.";
    const layer = door === "gateway" ? "The gateway" : "Cerbos, before the policies";
    return isRefusal ? { verdict: "refused", layer, words } : { verdict: "failed", layer: "Nobody", words };
  }
  const { actions, meta } = fieldsOf(row);
  const effect = fieldsOf(actions)[action];
  const { matchedPolicy } = fieldsOf(fieldsOf(fieldsOf(meta)["actions"])[action]);
  const policy = isName(matchedPolicy) ? { policy: matchedPolicy } : {};
  const words = `${String(effect)}${isName(matchedPolicy) ? policyText(matchedPolicy) : ""}`;
  if (effect === "EFFECT_ALLOW") return { verdict: "allowed", layer: "Nobody", words, ...policy };
  const about = door === "gateway" ? "The policies, for the user in the token" : "The policies";
  return { verdict: "denied", layer: about, words, ...policy };
}

function policyText(policy: string): string {
  return policy === "NO_MATCH" ? ": there is no such policy" : `, by the policy ${policy}`;
}
