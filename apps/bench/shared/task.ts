import { type Principal } from "@kinde-cerbos/core";

/** Who asks, and how: names of the modules in `page/contenders`. */
export const CONTENDERS = [
  "limit",
  "ours-fetch",
  "ours-http",
  "bulk",
  "dataloader",
  "batshit",
  "use-query",
  "effect",
  "casl",
] as const;
/** One of {@link CONTENDERS}. */
export type ContenderName = (typeof CONTENDERS)[number];

/** What a page of checks goes through. */
export interface Workload {
  readonly name: string;
  /** Resources on the page, each with attributes of its own. */
  readonly resources: number;
  /** Components, and so checks, for each resource. */
  readonly actions: number;
  /** Asked over HTTP, or answered at once by rows that were recorded before: what the client alone costs. */
  readonly answers: "pdp" | "recorded";
  /**
   * - `mount`: nothing is cached; until all decisions are committed.
   * - `remount`: the same page again, after it has gone; until all decisions are committed.
   * - `change`: the PDP decides one check otherwise, and it is asked again; until that is committed.
   * - `refresh`: another token with equal claims comes. Counted, not timed.
   */
  readonly event: "mount" | "remount" | "change" | "refresh";
  /** Who takes part. */
  readonly contenders: readonly ContenderName[];
}

/** What one page is told to do. */
export interface Task {
  readonly contender: ContenderName;
  readonly workload: Workload;
  readonly pdpUrl: string;
  readonly principal: Principal;
  /** Two tokens with equal claims. */
  readonly tokens: readonly [string, string];
  /** Runs before the first that counts. */
  readonly warmups: number;
  readonly samples: number;
}

/** What was measured once. */
export interface Sample {
  /** From the event to the commit that ends it. */
  readonly ms: number;
  /** Until the page has nothing more to do: with the effects after that commit, such as subscriptions, and the frame. */
  readonly restMs: number;
  readonly requests: number;
  /** Bodies of the requests, in bytes. */
  readonly requestBytes: number;
  readonly commits: number;
  /** Of the components that check. */
  readonly renders: number;
  /** Those of them that showed no decision. */
  readonly pendingRenders: number;
}

/** What a page has measured. */
export interface Outcome {
  readonly samples: readonly Sample[];
  /** Paths of the scripts that the contender needed. */
  readonly scripts: readonly string[];
}

/** What the page offers to the program that drives it. */
export interface BenchPage {
  readonly measure: (task: Task) => Promise<Outcome>;
}
