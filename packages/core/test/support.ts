import {
  type Authorizer,
  type AuthorizerOptions,
  type Check,
  createAuthorizer,
  createSession,
  type Decision,
  type PdpEntry,
  type PdpRequest,
  type PolicyDecisionPoint,
  type Resource,
} from "@kinde-cerbos/core";

/** The signature of every test token: a text to look for where no token may be. */
export const SIGNATURE = "c2VjcmV0LXNpZ25hdHVyZQ";

/** An unsigned access token of `kp_alice`. The code under test reads tokens and never verifies them. */
export function token(claims: object = {}): string {
  return tokenOf(JSON.stringify({ sub: "kp_alice", ...claims }));
}

/** A token with just this payload, JSON or not. */
export function tokenOf(payload: string): string {
  const parts = ['{"alg":"none"}', payload].map((text) => Buffer.from(text).toString("base64url"));
  return [...parts, SIGNATURE].join(".");
}

/** What the PDP says of an action: any value, as it comes from outside. */
export type Decide = (action: string, resource: PdpEntry["resource"]) => unknown;

/** One row of a PDP's answer. */
export interface Row {
  resource: { kind: string; id: string };
  actions: { [action: string]: unknown };
  [field: string]: unknown;
}

/** The rows a correct PDP answers with. */
export function rowsFor(request: PdpRequest, decide: Decide = () => "EFFECT_ALLOW"): Row[] {
  return request.resources.map(({ resource, actions }) => ({
    // As Cerbos repeats it: the default version where none was asked for, and the scope.
    resource: {
      kind: resource.kind,
      id: resource.id,
      policyVersion: resource.policyVersion ?? "default",
      scope: resource.scope ?? "",
    },
    actions: Object.fromEntries(actions.map((action) => [action, decide(action, resource)])),
    validationErrors: [],
    outputs: [],
  }));
}

/** An answer of these rows. */
export function answerOf(results: readonly unknown[]): unknown {
  return { cerbosCallId: "call-1", results };
}

/** A PDP in memory that keeps what it was asked. */
export interface FakePdp extends PolicyDecisionPoint {
  readonly requests: { readonly body: PdpRequest; readonly signal: AbortSignal }[];
}

/** A PDP that answers what `respond` returns, or throws what it throws. Default: allows all. */
export function fakePdp(
  respond: (body: PdpRequest, signal: AbortSignal) => unknown = (body) => answerOf(rowsFor(body)),
): FakePdp {
  const requests: FakePdp["requests"] = [];
  return {
    requests,
    checkResources(body, { signal }) {
      requests.push({ body, signal });
      return Promise.resolve(respond(body, signal));
    },
  };
}

/** A PDP that decides by `decide` and answers correctly otherwise. */
export function decidingPdp(decide: Decide): FakePdp {
  return fakePdp((body) => answerOf(rowsFor(body, decide)));
}

/** A PDP that answers only when told to, in the order of the requests. It ignores the signal. */
export function slowPdp(): FakePdp & { answer(): void; refuse(error: unknown): void } {
  const pending: { body: PdpRequest; settlers: PromiseWithResolvers<unknown> }[] = [];
  const pdp = fakePdp((body) => {
    const settlers = Promise.withResolvers<unknown>();
    pending.push({ body, settlers });
    return settlers.promise;
  });
  return {
    ...pdp,
    answer() {
      const next = pending.shift();
      next?.settlers.resolve(answerOf(rowsFor(next.body)));
    },
    refuse(error) {
      pending.shift()?.settlers.reject(error);
    },
  };
}

/** A scheduler whose macrotasks run when the test says so. */
export function manualSchedule(): { schedule: (task: () => void) => void; nextTask: () => void } {
  const tasks: (() => void)[] = [];
  return {
    schedule: (task) => void tasks.push(task),
    nextTask: () => {
      for (const task of tasks.splice(0)) task();
    },
  };
}

/** A clock that the test moves, and the timers set on it. */
export interface ManualTime {
  readonly now: () => number;
  readonly setTimer: (task: () => void, ms: number) => () => void;
  /** How long each timer was set for, in the order they were set. */
  readonly delays: readonly number[];
  /** Timers that were neither cancelled nor have fired. */
  readonly pending: number;
  /** Moves the clock, fires what is due in its order, and lets what follows from each run. */
  advance(ms: number): Promise<void>;
}

export function manualTime(startsAt = 0): ManualTime {
  const timers = new Set<{ task: () => void; dueAt: number }>();
  const delays: number[] = [];
  let time = startsAt;
  return {
    now: () => time,
    setTimer: (task, ms) => {
      const timer = { task, dueAt: time + ms };
      timers.add(timer);
      delays.push(ms);
      return () => void timers.delete(timer);
    },
    delays,
    get pending() {
      return timers.size;
    },
    async advance(ms) {
      const end = time + ms;
      await turn();
      for (;;) {
        const [next] = [...timers].filter(({ dueAt }) => dueAt <= end).toSorted((a, b) => a.dueAt - b.dueAt);
        if (!next) break;
        timers.delete(next);
        time = next.dueAt;
        next.task();
        await turn();
      }
      time = end;
    },
  };
}

/** Lets all promises that can settle do so. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** An authorizer on a PDP, and the end of its current macrotask. Retries wait for no time. */
export async function setUp(
  pdp: PolicyDecisionPoint,
  options: Partial<AuthorizerOptions> & { claims?: object } = {},
): Promise<{ authorizer: Authorizer; nextTask: () => void }> {
  const { schedule, nextTask } = manualSchedule();
  const session = await createSession(token(options.claims));
  return { authorizer: createAuthorizer({ session, schedule, random: () => 0, ...options, pdp }), nextTask };
}

/** A check of one document. */
export function view(id: string, attr?: Resource["attr"]): Check {
  return { action: "view", resource: { kind: "document", id, attr } };
}

/** `"allowed"`, `"denied"`, or the code of the error. Waits from now on, so no rejection goes unhandled. */
export async function outcome(decision: Promise<Decision>): Promise<string> {
  try {
    return (await decision).allowed ? "allowed" : "denied";
  } catch (error) {
    return codeOf(error);
  }
}

export function outcomes(decisions: readonly Promise<Decision>[]): Promise<string[]> {
  return Promise.all(decisions.map(outcome));
}

/** The code of an AuthzError; the text of anything else. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}

/** What `task` throws; fails the test if it throws nothing. */
export function thrownBy(task: () => unknown): unknown {
  try {
    task();
  } catch (error) {
    return error;
  }
  throw new Error("It did not throw.");
}
