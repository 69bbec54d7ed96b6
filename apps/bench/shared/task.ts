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

/** Ways to the PDP. Another one is a name here and a URL in `run/stack.ts`. */
type Way = "direct" | "distant" | "gateway";

/** What a page of checks goes through. */
export interface Workload {
  readonly name: string;
  /** Resources on the page, each with attributes of its own. */
  readonly resources: number;
  /** Components, and so checks, for each resource. */
  readonly actions: number;
  /** Resources in one request, for those who gather. */
  readonly chunk: number;
  /**
   * - `direct`: the PDP on this machine. `distant`: the same, with 30 ms added to each round trip.
   * - `gateway`: the PDP on this machine, through the gateway.
   * - `recorded`: rows that were recorded before, at once: what the client alone costs.
   */
  readonly answers: Way | "recorded";
  /**
   * - `mount`: nothing is cached.
   * - `remount`: the same page again, after it has gone.
   * - `rerender`: its parent renders again, with checks that are equal and not the same objects.
   * - `change`: the PDP decides one check otherwise, and it is asked again.
   * - `change-all`: as `change`, with each check.
   * - `refresh`: another token with equal claims comes. Counted, not timed.
   * - `switch`: the token of another organization comes. Nothing of it is cached.
   * - `switch-back`: after that, one of the first organization.
   *
   * What is timed ends with the commit after which each component shows the PDP's answer.
   */
  readonly event: "mount" | "remount" | "rerender" | "change" | "change-all" | "refresh" | "switch" | "switch-back";
  /** Who takes part. */
  readonly contenders: readonly ContenderName[];
  /** How many times slower the processor is, as a phone's. Default: 1. */
  readonly slowdown?: number | undefined;
  /** Takes part in no more rounds than these. Default: in all. */
  readonly rounds?: number | undefined;
}

/** Who is signed in. */
export interface User {
  readonly principal: Principal;
  readonly token: string;
}

/** Where the PDP is and who asks: the same for each page. */
export interface Surroundings {
  readonly pdpUrls: { readonly [way in Way]: string };
  readonly user: User;
  /** The same user with another token of equal claims. */
  readonly renewed: User;
  /** The same person in another organization. */
  readonly elsewhere: User;
}

/** What one page is told to do. */
export interface Task extends Surroundings {
  readonly contender: ContenderName;
  readonly workload: Workload;
  /** Runs before the first that counts. */
  readonly warmups: number;
  readonly samples: number;
}

/** What was measured once. */
export interface Sample {
  /** From the event to the commit that ends it. */
  readonly ms: number;
  /**
   * Until the page has nothing more to do: with the effects after that commit, such as subscriptions, and the frame.
   */
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
  /** Bodies of the answers, in bytes. Of a warm-up: to count them takes time. */
  readonly responseBytes: number;
  /** Paths of the scripts that the contender needed. */
  readonly scripts: readonly string[];
}

/** What the page offers to the program that drives it. */
export interface BenchPage {
  readonly measure: (task: Task) => Promise<Outcome>;
  /**
   * The time to compile and evaluate a contender's scripts, which are in the browser's cache by then, in ms. React is
   * there before.
   */
  readonly load: (contender: ContenderName, scripts: readonly string[]) => Promise<number>;
  /** Begins a visit to so many pages of recorded answers: with a contender of its own, in place of the one before. */
  readonly begin: (task: Task, pages: number) => Promise<void>;
  readonly visit: Visit;
}

/** What somebody does who stays. Each settles when the page shows what the PDP says. */
export interface Visit {
  /** Opens a page of checks in place of the one before: the one with this number. */
  readonly open: (page: number) => Promise<void>;
  /** Leaves it, for a page without checks. */
  readonly leave: () => Promise<void>;
  readonly refresh: () => Promise<void>;
  readonly switchOrganization: () => Promise<void>;
  /** Has one check asked again. */
  readonly askAgain: () => Promise<void>;
  /** Queries in the contender's cache. */
  readonly cached: () => number;
}
