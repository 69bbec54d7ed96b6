// oxlint-disable max-classes-per-file -- what a page with events has around it
import { type LiveEvent } from "@kinde-cerbos/core/internal";
import { vi } from "vitest";

/** One open stream of a {@link FakeGateway}. */
export interface FakeStream {
  readonly headers: Headers;
  /** Sends text as it is. */
  send(text: string): void;
  end(): void;
}

let gateways = 0;

/** A gateway's events in the place of the network. Each one has an address of its own. */
export class FakeGateway {
  readonly address: string = `http://gateway-${(gateways += 1)}.test/authz`;
  /** All requests for a stream, and their addresses. */
  readonly requests: Headers[] = [];
  readonly urls: string[] = [];
  readonly inits: RequestInit[] = [];
  /** Those that are open. */
  readonly streams = new Set<FakeStream>();
  /** What is answered in the place of a stream. */
  refusal: ((headers: Headers) => Response | null) | null = null;
  hello: string | null = `event: hello\nid: 0\ndata: {"heartbeatMs":15000}\n\n`;
  #events = 0;

  constructor() {
    const others = globalThis.fetch;
    vi.stubGlobal("fetch", async (url: string, init: RequestInit = {}) => {
      if (!url.startsWith(`${this.address}/`)) return others(url, init);
      this.urls.push(url);
      this.inits.push(init);
      const headers = new Headers(init.headers);
      this.requests.push(headers);
      return this.refusal?.(headers) ?? this.#open(headers, init.signal!);
    });
  }

  /** Sends an event to all open streams. Returns its id. */
  emit(event: Partial<LiveEvent>, id = String((this.#events += 1))): string {
    const data = JSON.stringify({ outdated: "policies", delayMs: 0, ...event });
    for (const stream of this.streams) stream.send(`event: outdated\nid: ${id}\ndata: ${data}\n\n`);
    return id;
  }

  #open(headers: Headers, signal: AbortSignal): Response {
    const encoder = new TextEncoder();
    let stream: FakeStream;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        stream = {
          headers,
          send: (text) => controller.enqueue(encoder.encode(text)),
          end: () => {
            this.streams.delete(stream);
            controller.close();
          },
        };
        this.streams.add(stream);
        signal.addEventListener("abort", () => {
          if (this.streams.delete(stream)) controller.error(new DOMException("Aborted", "AbortError"));
        });
        if (this.hello !== null) stream.send(this.hello);
      },
    });
    return new Response(body, { headers: { "content-type": "text/event-stream; charset=utf-8" } });
  }
}

interface Waiting {
  readonly take: () => void;
}

/** Web Locks of one origin: jsdom has none. */
export class FakeLocks {
  /** All names that were asked for. */
  readonly names = new Set<string>();
  /** How long the browser takes to say that a lock was stolen, in ms. */
  noticeMs = 0;
  readonly #held = new Map<string, (error: DOMException) => void>();
  readonly #waiting = new Map<string, Waiting[]>();

  async request(name: string, ...args: readonly unknown[]): Promise<unknown> {
    this.names.add(name);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as the standard has it
    const task = args.at(-1) as () => Promise<unknown>;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as the standard has it
    const { steal, signal } = (args.length > 1 ? args[0] : {}) as { steal?: boolean; signal?: AbortSignal };
    if (steal) this.#lose(this.#held.get(name));
    else if (this.#held.has(name)) await this.#wait(name, signal);
    return new Promise((resolve, reject) => {
      this.#held.set(name, reject);
      void Promise.resolve()
        .then(task)
        .then(resolve, reject)
        .finally(() => {
          if (this.#held.get(name) !== reject) return;
          this.#held.delete(name);
          this.#waiting.get(name)?.shift()?.take();
        });
    });
  }

  #lose(reject: ((error: DOMException) => void) | undefined): void {
    const notice = (): void => reject?.(new DOMException("Stolen", "AbortError"));
    if (this.noticeMs > 0) setTimeout(notice, this.noticeMs);
    else notice();
  }

  async #wait(name: string, signal: AbortSignal | undefined): Promise<void> {
    const queue = this.#waiting.get(name) ?? [];
    this.#waiting.set(name, queue);
    await new Promise<void>((take, reject) => {
      const waiting = { take };
      queue.push(waiting);
      signal?.addEventListener("abort", () => {
        if (!queue.includes(waiting)) return;
        queue.splice(queue.indexOf(waiting), 1);
        reject(new DOMException("Aborted", "AbortError"));
      });
    });
  }
}

/** BroadcastChannel of one origin. */
export class FakeChannel extends EventTarget {
  static readonly open = new Set<FakeChannel>();
  static readonly posted: unknown[] = [];
  readonly name: string;

  constructor(name: string) {
    super();
    this.name = name;
    FakeChannel.open.add(this);
  }

  postMessage(message: unknown): void {
    FakeChannel.posted.push(message);
    FakeChannel.say(this.name, message, this);
  }

  close(): void {
    FakeChannel.open.delete(this);
  }

  /** Says something to all, as a script of the origin could. */
  static say(name: string, data: unknown, from?: FakeChannel): void {
    queueMicrotask(() => {
      for (const channel of FakeChannel.open) {
        if (channel === from || channel.name !== name) continue;
        channel.dispatchEvent(new MessageEvent("message", { data }));
      }
    });
  }
}

/** Gives the page Web Locks and BroadcastChannel, as browsers have them. */
export function stubTabs(): FakeLocks {
  const locks = new FakeLocks();
  FakeChannel.open.clear();
  FakeChannel.posted.length = 0;
  vi.stubGlobal("BroadcastChannel", FakeChannel);
  Object.defineProperty(navigator, "locks", { configurable: true, value: locks });
  return locks;
}

export function unstubTabs(): void {
  Reflect.deleteProperty(navigator, "locks");
}
