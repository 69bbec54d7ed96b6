import { type PolicyDecisionPoint } from "@kinde-cerbos/core";
import { createFetchPdp } from "@kinde-cerbos/core/fetch-pdp";
import { NONE } from "./faults.ts";

/** A request of the app below, and its result. */
export interface SentRequest {
  readonly id: number;
  /** `null` while there is no answer. */
  readonly ms: number | null;
  /** HTTP status; `null` without an answer. */
  readonly status: number | null;
  /** The message of a refusal, or why there is no answer. */
  readonly message: string;
}

/** A way to the gateway that can be made faulty while it is used. */
export interface FaultyPdp {
  readonly pdp: PolicyDecisionPoint;
  /** From now on. */
  setFault(name: string): void;
  /** The last requests, the newest first: the same list until there is another one. */
  readonly requests: () => readonly SentRequest[];
  readonly subscribe: (listener: () => void) => () => void;
}

/** How many requests are kept. */
const KEPT = 8;

/** The way to the gateway with a fault: the server has an address for each. Nothing has to be switched back there. */
export function createFaultyPdp(): FaultyPdp {
  const listeners = new Set<() => void>();
  let fault = NONE;
  let sent = 0;
  let requests: readonly SentRequest[] = [];

  const put = (request: SentRequest): void => {
    const isKnown = requests.some(({ id }) => id === request.id);
    requests = isKnown
      ? requests.map((one) => (one.id === request.id ? request : one))
      : [request, ...requests].slice(0, KEPT);
    for (const listener of listeners) listener();
  };

  const send: typeof fetch = async (url, init) => {
    const id = (sent += 1);
    const startedAt = performance.now();
    const end = (status: number | null, message: string): void => {
      put({ id, ms: Math.round(performance.now() - startedAt), status, message });
    };
    put({ id, ms: null, status: null, message: "" });
    try {
      if (fault === "offline") throw new TypeError("Failed to fetch");
      const response = await fetch(addressOf(typeof url === "string" ? url : "", fault), init);
      end(response.status, response.ok ? "" : await messageOf(response.clone()));
      return response;
    } catch (error) {
      end(null, init?.signal?.aborted ? "Canceled by the app" : "No answer");
      throw error;
    }
  };

  return {
    pdp: createFetchPdp("/authz", { fetch: send }),
    setFault: (name) => {
      fault = name;
    },
    requests: () => requests,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Faults of a token are none of the way. */
function addressOf(url: string, fault: string): string {
  return fault === NONE || fault.startsWith("token-") ? url : `/playground/faults/${fault}${url}`;
}

async function messageOf(response: Response): Promise<string> {
  try {
    const { message }: { message?: unknown } = await response.json();
    return typeof message === "string" ? message : "";
  } catch {
    return "";
  }
}
