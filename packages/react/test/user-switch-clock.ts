import { vi } from "vitest";

interface Timer {
  readonly id: number;
  readonly at: number;
  readonly run: () => void;
}

/** Lets all promises come to rest, and React do one piece of its work. */
function rest(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/**
 * Time that passes when it is told to, as the event loop of a browser has it:
 * after each timer comes all that it has caused, and then the next one.
 */
export class Clock {
  /** Since the start, without sleep, in ms. */
  #now = 0;
  #slept = 0;
  #ids = 0;
  #timers: Timer[] = [];
  readonly #start: number;

  /** @param start in ms since the epoch */
  constructor(start: number) {
    this.#start = start;
    vi.useFakeTimers({ now: start, toFake: ["Date"] });
    vi.stubGlobal("setTimeout", (run: () => void, ms = 0) => this.#set(run, ms));
    vi.stubGlobal("clearTimeout", (id: unknown) => {
      this.#timers = this.#timers.filter((timer) => timer.id !== id);
    });
  }

  end(): void {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  }

  /** Lets time pass, with all that happens in it. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms;
    await rest();
    for (let [next] = this.#timers; next && next.at <= end; [next] = this.#timers) {
      this.#timers.shift();
      this.#go(Math.max(this.#now, next.at));
      next.run();
      await rest();
    }
    this.#go(end);
    await rest();
  }

  /** The machine sleeps: what was due is late. */
  sleep(ms: number): void {
    this.#slept += ms;
    this.#go(this.#now);
  }

  #set(run: () => void, ms: number): number {
    this.#ids += 1;
    const timer = { id: this.#ids, at: this.#now + Math.max(1, ms), run };
    const place = this.#timers.findLastIndex(({ at }) => at <= timer.at);
    this.#timers.splice(place + 1, 0, timer);
    return timer.id;
  }

  #go(now: number): void {
    this.#now = now;
    vi.setSystemTime(this.#start + this.#now + this.#slept);
  }
}
