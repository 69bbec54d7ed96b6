import { randomUUID } from "node:crypto";
import type { WebhookConfig } from "../config.ts";
import type { TokenSigner } from "../token-signer.ts";
import type { ConfigEvent } from "./config-events.ts";

/** What sends events to webhooks. */
export interface WebhookSender {
  /** Sends the events to the webhooks that want them, one after the other. It never throws. */
  send(events: readonly ConfigEvent[], webhooks: readonly WebhookConfig[]): void;
  /** Gives up what has not been delivered. */
  close(): void;
}

/** Waits before another attempt, in ms. Kinde goes on for much longer. */
const PAUSES = [200, 1000, 5000];

/** How long an answer may take, in ms. */
const TIMEOUT = 5000;

/** @param log - Gets a line for each event that was not delivered. No token is in it, and nothing of the event's data. */
export function createWebhookSender(signer: Pick<TokenSigner, "event">, log: (line: string) => void): WebhookSender {
  const closed = new AbortController();
  /** The last delivery to each address: the next one waits for it. */
  const last = new Map<string, Promise<void>>();

  async function deliver(url: string, type: string, jwt: string): Promise<void> {
    for (const pause of [...PAUSES, undefined]) {
      if (closed.signal.aborted) return;
      const failure = await attempt(url, jwt, closed.signal);
      if (failure === null || closed.signal.aborted) return;
      if (pause === undefined) return log(`webhook ${url}: ${type} was not delivered: ${failure}`);
      await pauseFor(pause, closed.signal);
    }
  }

  return {
    send: (events, webhooks) => {
      for (const { type, data } of events) {
        const payload = {
          type,
          source: "admin",
          event_id: `event_${randomUUID()}`,
          timestamp: new Date().toISOString(),
          data,
        };
        const jwt = signer.event(payload);
        for (const { url, events: wanted } of webhooks) {
          if (wanted?.includes(type) === false) continue;
          const before = last.get(url);
          const delivery = (async () => {
            await before;
            await deliver(url, type, await jwt);
          })().catch((error: unknown) => log(`webhook ${url}: ${String(error)}`));
          last.set(url, delivery);
          void delivery.finally(() => {
            if (last.get(url) === delivery) last.delete(url);
          });
        }
      }
    },
    close: () => closed.abort(),
  };
}

/** Why an event was not taken; `null` if it was. */
async function attempt(url: string, jwt: string, closed: AbortSignal): Promise<string | null> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/jwt" },
      body: jwt,
      redirect: "error",
      signal: AbortSignal.any([closed, AbortSignal.timeout(TIMEOUT)]),
    });
    await response.body?.cancel();
    return response.ok ? null : `the answer was ${response.status}`;
  } catch (error) {
    return error instanceof Error ? [error.message, causeOf(error)].join(" ").trim() : String(error);
  }
}

/** The code of what is behind "fetch failed", such as ECONNREFUSED. */
function causeOf({ cause }: Error): string {
  const code: unknown = cause instanceof Error ? Reflect.get(cause, "code") : undefined;
  return typeof code === "string" ? code : "";
}

/** Ends early when the sender is closed. It keeps no process alive. */
function pauseFor(ms: number, closed: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms).unref();
    closed.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
