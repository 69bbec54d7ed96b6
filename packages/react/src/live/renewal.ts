import { claimsIn, withTimeout } from "@kinde-cerbos/core/internal";
import { oneAtATime } from "../sources/one-at-a-time.ts";
import { tokenIn } from "../sources/token-in.ts";
import { type TokenSnapshot, type TokenSource } from "../sources/token-source.ts";
import { Budget } from "./budget.ts";
import { pause } from "./pause.ts";

/** How long one renewal may keep other tabs waiting, in ms. */
const TIMEOUT_MS = 30_000;
/** How often a renewal is tried whose token is still too old. */
const MAX_ATTEMPTS = 3;
/** `iat` is in whole seconds. */
const SECOND_MS = 1000;

/** Of the page: each one replaces a token, and a flood of messages must not become a flood at Kinde. */
export const renewalBudget: Budget = new Budget(3, 20_000);

/** The same, of tokens that were refused: a change may cost two of them, as may each of the next changes. */
const refusalBudget = new Budget(8, 10_000);

/** Replaces a token that is valid, for the page's session and no other. */
export interface Renewal {
  /** Returns the source of the page that is shown. */
  readonly source: () => TokenSource;
  /** Whether a snapshot is of the session that the page follows. */
  readonly isOwn: (snapshot: TokenSnapshot) => boolean;
  readonly signal: AbortSignal;
}

/**
 * Gets a token that was issued later than this, in seconds since the epoch, if the present one was not. Never rejects;
 * what fails is tried again a second later, three times in all.
 */
export async function renewUntil(issuedUntil: number, { source, isOwn, signal }: Renewal): Promise<void> {
  const isOutdated = (snapshot: TokenSnapshot): boolean =>
    !signal.aborted && isOwn(snapshot) && issuedAt(snapshot) <= issuedUntil;
  for (let attempt = 1; !signal.aborted; attempt += 1) {
    await replace(source, isOutdated).catch(() => {});
    const snapshot = source().getSnapshot();
    // One that is being replaced is looked at again, too. Without `iat`, any other one will do.
    const isDone = snapshot.status !== "loading" && (!isOutdated(snapshot) || issuedAt(snapshot) === 0);
    if (isDone || attempt === MAX_ATTEMPTS || !source().renew) return;
    await pause(SECOND_MS, signal);
  }
}

/** When a refused token was replaced last, in ms since the epoch. */
let replacedAt = 0;

/**
 * Gets another token than the present one, which was refused though it has not ended. Resolves with the snapshot after
 * that: it may be the same token, if there is no other one.
 *
 * @throws what the source's `refresh` and `renew` reject with; AuthzError `timeout`
 */
export async function replaceToken(source: () => TokenSource): Promise<TokenSnapshot> {
  const refused = keyOf(source().getSnapshot());
  // Not known at the moment, such as while an app looks it up: what comes is looked at then.
  if (refused === "") return source().refresh();
  // One that was issued in the same second as the change is refused as well.
  if (Math.abs(Date.now() - replacedAt) < SECOND_MS) await pause(SECOND_MS, new AbortController().signal);
  try {
    return await replace(source, (found) => keyOf(found) === refused, refusalBudget);
  } finally {
    replacedAt = Date.now();
  }
}

/** In one tab at a time: what the first one gets, the others find. */
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

/** What tells one token from another; empty for none. */
function keyOf(snapshot: TokenSnapshot): string {
  const token = tokenIn(snapshot);
  if (!token) return "";
  return typeof token === "string" ? token : JSON.stringify(token);
}
