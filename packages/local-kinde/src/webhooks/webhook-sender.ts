import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { WebhookConfig } from "../config.ts";
import type { TokenSigner } from "../token-signer.ts";
import type { ConfigEvent } from "./config-events.ts";

/** Sends events to webhooks. */
export interface WebhookSender {
  /** Sends each event to the webhooks that subscribe to its type, one after the other. It never throws. */
  send(events: readonly ConfigEvent[], webhooks: readonly WebhookConfig[]): void;
  /** Cancels everything that has not been delivered. */
  close(): void;
}

/** How long a sender waits. */
interface WebhookTimes {
  /** How long to wait for an answer, in ms. */
  timeoutMs: number;
  /** The pause before each retry, in ms. */
  pausesMs: readonly number[];
}

/** Kinde waits longer, and retries for 36 hours. */
const TIMES: WebhookTimes = { timeoutMs: 5000, pausesMs: [200, 1000, 5000] };

/**
 * Creates a sender.
 *
 * @param log - Gets a line for each event that was not delivered, without tokens and without the event's data
 */
export function createWebhookSender(
  signer: Pick<TokenSigner, "event">,
  log: (line: string) => void,
  { timeoutMs, pausesMs } = TIMES,
): WebhookSender {
  const closed = new AbortController();
  /** The last delivery to each URL. The next one waits for it. */
  const last = new Map<string, Promise<void>>();

  async function deliver(url: string, type: string, payload: Record<string, unknown>): Promise<void> {
    const body = await signer.event(payload);
    // As at Kinde, the id is the same for each attempt to deliver this event to this webhook.
    const headers = { "content-type": "application/jwt", "webhook-id": randomUUID() };
    const attempt = (): Promise<string | null> => {
      const signal = AbortSignal.any([closed.signal, AbortSignal.timeout(timeoutMs)]);
      return post(url, { headers, body, signal });
    };
    let failure = await attempt();
    for (const ms of pausesMs) {
      if (failure === null) return;
      await pause(ms, undefined, { signal: closed.signal, ref: false });
      failure = await attempt();
    }
    if (failure !== null && !closed.signal.aborted)
      log(`webhook ${nameOf(url)}: ${type} was not delivered: ${failure}`);
  }

  return {
    send: (events, webhooks) => {
      for (const { type, data } of events) {
        const timestamp = new Date().toISOString();
        const event_id = `event_${randomUUID().replaceAll("-", "")}`;
        const payload = { type, source: "admin", event_id, timestamp, event_timestamp: timestamp, data };
        for (const { url } of webhooks.filter(({ events: wanted }) => wanted?.includes(type) !== false)) {
          const delivery = (): Promise<void> => deliver(url, type, payload);
          // It rejects if the sender is closed during a pause, or if `log` throws.
          last.set(
            url,
            (last.get(url) ?? Promise.resolve()).then(delivery).catch(() => {}),
          );
        }
      }
    },
    close: () => closed.abort(),
  };
}

/** Posts an event. Returns why it failed; `null` for status 200, the only one that Kinde documents as success. */
async function post(url: string, init: RequestInit): Promise<string | null> {
  try {
    const response = await fetch(url, { ...init, method: "POST", redirect: "error" });
    await response.body?.cancel();
    return response.status === 200 ? null : `the answer was ${response.status}`;
  } catch (error) {
    return error instanceof Error ? [error.message, causeOf(error)].join(" ").trim() : String(error);
  }
}

/** Returns the URL for the log, without its query, which may contain a secret. */
function nameOf(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

/** Returns the code of the cause of "fetch failed", such as ECONNREFUSED. */
function causeOf({ cause }: Error): string {
  const code: unknown = cause instanceof Error ? Reflect.get(cause, "code") : undefined;
  return typeof code === "string" ? code : "";
}
