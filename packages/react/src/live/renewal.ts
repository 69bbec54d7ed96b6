import { claimsIn, withTimeout } from "@kinde-cerbos/core/internal";
import { oneAtATime } from "../sources/one-at-a-time.ts";
import { tokenIn } from "../sources/token-in.ts";
import { type TokenSnapshot, type TokenSource } from "../sources/token-source.ts";
import { Budget } from "./budget.ts";
import { pause } from "./pause.ts";

/** How long one renewal may keep other tabs waiting, in ms. */
const TIMEOUT_MS = 30_000;
/** How often a renewal is tried if its token is still too old. */
const MAX_ATTEMPTS = 3;
/** `iat` is in whole seconds. */
const SECOND_MS = 1000;

/**
 * Limits the renewals of a page: each one replaces a token, and a flood of messages must not become a flood at Kinde.
 */
export const renewalBudget: Budget = new Budget(3, 20_000);

/** Limits the renewals of refused tokens: a change may need two, and so may each later change. */
const refusalBudget = new Budget(8, 10_000);

/** How to replace a valid token, for the page's session only. */
export interface Renewal {
  /** Returns the page's current source. */
  readonly source: () => TokenSource;
  /** Whether a snapshot belongs to the session that the page follows. */
  readonly isOwn: (snapshot: TokenSnapshot) => boolean;
  readonly signal: AbortSignal;
}

/**
 * Gets a token issued later than this, in seconds since the epoch, unless the current one was. Never rejects: a failed
 * attempt is repeated a second later, three attempts in all.
 */
export async function renewUntil(issuedUntil: number, { source, isOwn, signal }: Renewal): Promise<void> {
  const isOutdated = (snapshot: TokenSnapshot): boolean =>
    !signal.aborted && isOwn(snapshot) && issuedAt(snapshot) <= issuedUntil;
  for (let attempt = 1; !signal.aborted; attempt += 1) {
    await replace(source, isOutdated).catch(() => {});
    const snapshot = source().getSnapshot();
    // A token that is being replaced is examined again, too. Without `iat`, any new token will do.
    const isDone = snapshot.status !== "loading" && (!isOutdated(snapshot) || issuedAt(snapshot) === 0);
    if (isDone || attempt === MAX_ATTEMPTS || !source().renew) return;
    await pause(SECOND_MS, signal);
  }
}

/** When a refused token was last replaced, in ms since the epoch. */
let replacedAt = 0;

/**
 * Replaces the current token, which was refused although it has not expired. Resolves with the new snapshot, which may
 * have the same token if there is no other.
 *
 * @throws what the source's `refresh` and `renew` reject with; AuthzError `timeout`
 */
export async function replaceToken(source: () => TokenSource): Promise<TokenSnapshot> {
  const refused = keyOf(source().getSnapshot());
  // There is no token at the moment, such as while the app loads it. The next one is examined when it arrives.
  if (refused === "") return source().refresh();
  // A token issued in the same second as the change is refused as well.
  if (Math.abs(Date.now() - replacedAt) < SECOND_MS) await pause(SECOND_MS, new AbortController().signal);
  try {
    return await replace(source, (found) => keyOf(found) === refused, refusalBudget);
  } finally {
    replacedAt = Date.now();
  }
}

/** Replaces a token in one tab at a time: the other tabs find the token that the first one got. */
async function replace(
  source: () => TokenSource,
  isOutdated: (snapshot: TokenSnapshot) => boolean,
  budget?: Budget,
): Promise<TokenSnapshot> {
  const task = async (): Promise<TokenSnapshot> => {
    const before = source().getSnapshot();
    if (!isOutdated(before)) return before;
    // Another tab, or Kinde's SDK, may have had a newer one issued, which Kinde then returns.
    const existing = await source().refresh();
    if (!isOutdated(existing)) return existing;
    const newest = source();
    return newest.renew && (budget?.take() ?? 0) === 0 ? newest.renew() : existing;
  };
  return oneAtATime("kinde-cerbos:renewal", () => withTimeout(task, { timeoutMs: TIMEOUT_MS, remedy: "" }));
}

/** Whether a snapshot has a token that was issued later than this, in seconds since the epoch. */
export function isIssuedAfter(snapshot: TokenSnapshot, seconds: number): boolean {
  const at = issuedAt(snapshot);
  return at > seconds && at < Infinity;
}

/** When a token was issued, in seconds since the epoch; 0 if it does not say. */
function issuedAt(snapshot: TokenSnapshot): number {
  const token = tokenIn(snapshot);
  try {
    return token ? (claimsIn(token).iat ?? 0) : Infinity;
  } catch {
    return Infinity;
  }
}

/** A text that is equal for equal tokens; empty if there is no token. */
function keyOf(snapshot: TokenSnapshot): string {
  const token = tokenIn(snapshot);
  if (!token) return "";
  return typeof token === "string" ? token : JSON.stringify(token);
}
