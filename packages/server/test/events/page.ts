// A page that follows the stream of events, as a browser does: by fetch, with its token in a header.
import { createEvents, type Events, type EventsOptions, type Gateway, type GatewayOptions } from "@kinde-cerbos/server";
import { goodToken, inMemory, type InMemory } from "../in-memory.ts";

/** A message of the stream. */
interface Message {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: { readonly [field: string]: unknown };
}

/** An open stream. */
export interface Page extends AsyncDisposable {
  readonly response: Response;
  /** The next message; `null` at the end. Heartbeats are none. */
  next(): Promise<Message | null>;
  /** All that came, as it came. */
  text(): string;
  /** Waits for bytes, or the end. */
  more(): Promise<boolean>;
  leave(): Promise<void>;
}

/** Reads a stream. */
function readPage(response: Response): Page {
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  const decoder = new TextDecoder();
  let all = "";
  let rest = "";
  const more = async (): Promise<boolean> => {
    reader ??= response.body?.getReader();
    const { done = true, value } = (await reader?.read()) ?? {};
    if (value) {
      const text = decoder.decode(value, { stream: true });
      all += text;
      rest += text;
    }
    return !done;
  };
  const leave = async (): Promise<void> => (reader ?? response.body)?.cancel();
  return {
    response,
    text: () => all,
    more,
    async next() {
      for (;;) {
        const end = rest.indexOf("\n\n");
        if (end < 0) {
          if (!(await more())) return null;
          continue;
        }
        const lines = rest.slice(0, end).split("\n");
        rest = rest.slice(end + 2);
        const fields = new Map(lines.map((line) => [line.split(":", 1)[0] ?? "", line.replace(/^\w*: ?/, "")]));
        const event = fields.get("event");
        if (event !== undefined) return { event, id: fields.get("id"), data: JSON.parse(fields.get("data") ?? "{}") };
      }
    },
    leave,
    [Symbol.asyncDispose]: leave,
  };
}

/** Opens a stream with a token of these claims, or with these headers. */
export async function openPage(
  gateway: Gateway,
  { headers, path = "/authz/api/events", signal, ...claims }: OpenOptions = {},
): Promise<Page> {
  const authorization = `Bearer ${await goodToken(claims)}`;
  const request = new Request(`http://gateway.test${path}`, {
    headers: { authorization, accept: "text/event-stream", ...headers },
    ...(signal && { signal }),
  });
  return readPage(await gateway(request));
}

/** A token's claims, and what else a request has. */
export interface OpenOptions {
  readonly headers?: { readonly [name: string]: string };
  readonly path?: string;
  readonly signal?: AbortSignal;
  readonly sub?: string;
  readonly org_code?: string | undefined;
  readonly iat?: number;
  readonly exp?: number;
}

/** A gateway with events. */
export interface LiveWorld extends InMemory, Disposable {
  readonly events: Events;
  open(options?: OpenOptions): Promise<Page>;
}

/** Without spread, so that delays are known. */
export function liveWorld(options: EventsOptions = {}, gatewayOptions: Partial<GatewayOptions> = {}): LiveWorld {
  const events = createEvents({ maxSpreadMs: 0, ...options });
  const world = inMemory({ events, ...gatewayOptions });
  return {
    ...world,
    events,
    open: (open) => openPage(world.gateway, open),
    [Symbol.dispose]: () => events.close(),
  };
}

/** Now, in whole seconds, as in tokens. */
export const seconds = (): number => Math.floor(Date.now() / 1000);
