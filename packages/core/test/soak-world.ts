import { getEventListeners } from "node:events";
import { AuthzError, type PdpRequest, type PolicyDecisionPoint, type SessionSource } from "@kinde-cerbos/core";
import { answerOf, type Row, rowsFor, token } from "./support.ts";

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Timer {
  readonly at: number;
  readonly run: () => void;
}

/** Time that passes when it is told to. */
export class Clock {
  #now = 1_700_000_000_000;
  #timers: Timer[] = [];

  readonly now = (): number => this.#now;

  readonly setTimer = (run: () => void, ms: number): (() => void) => {
    const timer = { at: this.#now + ms, run };
    const place = this.#timers.findLastIndex(({ at }) => at <= timer.at);
    this.#timers.splice(place + 1, 0, timer);
    return () => {
      const index = this.#timers.indexOf(timer);
      if (index >= 0) this.#timers.splice(index, 1);
    };
  };

  /** Timers that have neither run nor been cancelled. */
  get timers(): number {
    return this.#timers.length;
  }

  /** Lets time pass, with all that happens in it. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (let next = this.#timers[0]; next && next.at <= end; next = this.#timers[0]) {
      this.#timers.shift();
      this.#now = Math.max(this.#now, next.at);
      next.run();
      await settled();
    }
    this.#now = end;
  }
}

/** Lets all promises come to rest. */
export function settled(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

/** Who asks: all that a decision depends on, but for the question. */
export interface User {
  readonly sub: string;
  readonly org_code: string;
}

/** What is asked about, as far as it differs. */
interface Asked {
  readonly id: string;
  readonly attr: object;
}

function nameOf(action: string, { id, attr }: Asked): string {
  return JSON.stringify([action, id, attr]);
}

/** What the policies say. A third is allowed, and each part of the question counts. */
export function isAllowed({ sub, org_code }: User, action: string, resource: Asked): boolean {
  let hash = 7;
  for (const char of `${sub} ${org_code} ${nameOf(action, resource)}`) {
    hash = (Math.imul(hash, 31) + (char.codePointAt(0) ?? 0)) | 0;
  }
  return (hash >>> 4) % 3 === 0;
}

/** Everything outside of core, with a will of its own. */
export class World {
  readonly random: () => number;
  /** Of core. Its own timers are on another clock that goes the same. */
  readonly clock: Clock = new Clock();
  readonly #outside: Clock = new Clock();
  /** What the policies say to what was asked, by the call id of the answer. */
  readonly #calls = new Map<string, { readonly allowed: ReadonlySet<string>; readonly isHarmed: boolean }>();
  readonly #revoked = new Set<string>();
  readonly faults = new Map<string, number>();
  subscriptions = 0;
  #tokens = 0;

  constructor(seed: number) {
    this.random = randomFrom(seed);
  }

  below(count: number): number {
    return Math.floor(this.random() * count);
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)]!;
  }

  chance(probability: number): boolean {
    return this.random() < probability;
  }

  async pass(ms: number): Promise<void> {
    // In steps, so that what happens outside is answered inside at about its time.
    for (let left = ms; left > 0; left -= 50) {
      await this.#outside.pass(Math.min(left, 50));
      await this.clock.pass(Math.min(left, 50));
    }
  }

  /** A token of a minute or so. */
  tokenFor(user: User, seconds: number = 30 + this.below(60)): string {
    this.#tokens += 1;
    const iat = Math.floor(this.clock.now() / 1000);
    return token({ ...user, jti: String(this.#tokens), iat, exp: iat + seconds });
  }

  revoke(revoked: string | null): void {
    if (revoked !== null) this.#revoked.add(revoked);
  }

  /** Whether the policies allow what this answer is said to be about; throws where there was no such answer. */
  saidIn(callId: string, action: string, resource: Asked): { isAllowed: boolean; isHarmed: boolean } {
    const call = this.#calls.get(callId);
    if (!call) throw new Error(`There was no answer ${callId}.`);
    return { isAllowed: call.allowed.has(nameOf(action, resource)), isHarmed: call.isHarmed };
  }

  /** Where one user's tokens come from. Now and then it fails, hangs, lies, or has another user's. */
  source(user: User, other: User, first: string): SessionSource & { rotate(): void } {
    const listeners = new Set<() => void>();
    let current: string | null = first;
    return {
      getToken: () => current,
      refresh: async () => {
        const way = this.random();
        if (way < 0.02) throw new Error(`offline, with ${current}`);
        if (way < 0.04) return null;
        if (way < 0.06) return new Promise(() => {});
        await this.#wait(this.below(200));
        if (way < 0.08) return "no token";
        current = this.tokenFor(way < 0.1 ? other : user);
        return current;
      },
      subscribe: (listener) => {
        listeners.add(listener);
        this.subscriptions += 1;
        return () => {
          if (listeners.delete(listener)) this.subscriptions -= 1;
        };
      },
      rotate: () => {
        current = this.tokenFor(user);
        for (const listener of listeners) listener();
      },
    };
  }

  /** A PDP that knows who asks by the token alone, and a network before it. */
  readonly pdp: PolicyDecisionPoint = {
    checkResources: (request, { signal }) => {
      const fault = this.chance(0.5) ? "none" : this.pick(FAULTS);
      this.faults.set(fault, (this.faults.get(fault) ?? 0) + 1);
      if (fault === "throws") throw new TypeError(`cannot read ${request.auxData?.jwt.token}`);
      const answer = this.#answer(request, signal, fault);
      // Half of the clients heed their signal.
      return this.chance(0.5) ? answer : heeding(signal, answer);
    },
  };

  async #answer(request: PdpRequest, signal: AbortSignal, fault: Fault): Promise<unknown> {
    const { jwt } = request.auxData ?? { jwt: { token: "" } };
    await this.#wait(this.below(300));
    switch (fault) {
      case "hangs":
        return new Promise(() => {});
      case "answers late":
        await this.#wait(6000 + this.below(60_000));
        break;
      case "answers when aborted":
        await aborted(signal);
        break;
      case "unavailable":
        throw { code: 14, details: "no healthy upstream" };
      case "busy":
        throw new AuthzError("pdp_unavailable", "HTTP 429", { retryAfterMs: this.below(20_000) });
      case "refuses all":
        throw { code: 7, details: "not here" };
      case "refuses the token":
        throw { code: 3, details: `invalid auxData: ${jwt.token}` };
      case "no answer":
        return this.pick([null, undefined, "<html>", [], {}, { results: {} }, { results: "EFFECT_ALLOW" }]);
      default:
    }
    const user = this.#userOf(jwt.token);
    if (request.resources.length > 40) {
      throw {
        code: 3,
        details: `number of resources in batch (${request.resources.length}) exceeds configured limit (40)`,
      };
    }
    if (request.resources.some(({ resource }) => resource.kind === "bad")) {
      throw { code: 3, details: "validation error: resources[0].kind" };
    }
    const allowed = new Set<string>();
    const rows = request.resources.map((entry) => {
      const decide = (action: string): string => {
        if (!isAllowed(user, action, entry.resource)) return "EFFECT_DENY";
        allowed.add(nameOf(action, entry.resource));
        return "EFFECT_ALLOW";
      };
      return rowsFor({ ...request, resources: [entry] }, decide)[0]!;
    });
    const callId = `call-${this.#calls.size}`;
    this.#calls.set(callId, { allowed, isHarmed: fault === "unknown effects" });
    return { ...Object(answerOf(this.#harm(rows, fault))), cerbosCallId: callId };
  }

  #userOf(jwt: string): User {
    const [, payload = ""] = jwt.split(".");
    const { sub, org_code, exp }: User & { exp: number } = JSON.parse(Buffer.from(payload, "base64url").toString());
    if (this.#revoked.has(jwt) || exp * 1000 < this.clock.now()) throw { code: 3, details: "invalid auxData" };
    return { sub, org_code };
  }

  #harm(rows: Row[], fault: Fault): readonly unknown[] {
    const at = this.below(rows.length);
    const row = rows[at]!;
    const granted = {
      ...row,
      actions: Object.fromEntries(Object.keys(row.actions).map((action) => [action, "EFFECT_ALLOW"])),
    };
    const harmed = ((): readonly unknown[] => {
      switch (fault) {
        case "another order":
          return this.chance(0.5) ? rows.toReversed() : [...rows.slice(1), ...rows.slice(0, 1)];
        case "a row missing":
          return rows.toSpliced(at, 1);
        case "an extra row":
          return rows.toSpliced(this.below(rows.length), 0, granted);
        case "a stranger's row":
          return rows.with(at, { ...granted, resource: { kind: "document", id: "unknown" } });
        case "duplicate rows":
          return rows.flatMap((each) => [each, each]);
        case "rows that are none":
          return rows.map(() => this.pick([null, "EFFECT_ALLOW", {}, []]));
        case "unknown effects":
          return rows.with(at, {
            ...row,
            actions: Object.fromEntries(Object.keys(row.actions).map((action) => [action, this.pick(EFFECTS)])),
          });
        default:
          return rows;
      }
    })();
    // Two attr of one id whose rows change places: the one thing that nobody can tell, as rows say nothing of attr.
    return fault !== "unknown effects" && namesOf(harmed) === namesOf(rows) ? rows : harmed;
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => void this.#outside.setTimer(resolve, ms));
  }
}

const EFFECTS = ["EFFECT_MAYBE", "effect_allow", "", true, 1, null, {}, ["EFFECT_ALLOW"]] as const;

const FAULTS = [
  "throws",
  "hangs",
  "answers late",
  "answers when aborted",
  "unavailable",
  "busy",
  "refuses all",
  "refuses the token",
  "no answer",
  "another order",
  "a row missing",
  "an extra row",
  "a stranger's row",
  "duplicate rows",
  "rows that are none",
  "unknown effects",
] as const;
type Fault = "none" | (typeof FAULTS)[number];

/** The names of all faults. */
export const ALL_FAULTS: readonly string[] = ["none", ...FAULTS];

function namesOf(rows: readonly unknown[]): string {
  return JSON.stringify(rows.map((row) => (typeof row === "object" && row && "resource" in row ? row.resource : null)));
}

/** Rejects when the signal is aborted, as `fetch` does. */
function heeding(signal: AbortSignal, answer: Promise<unknown>): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(signal.reason);
    signal.addEventListener("abort", leave, { once: true });
    void answer.then(resolve, reject).finally(() => signal.removeEventListener("abort", leave));
  });
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** Listeners that are left at a signal. */
export function listenersAt(signal: AbortSignal): number {
  return getEventListeners(signal, "abort").length;
}
