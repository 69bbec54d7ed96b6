// Tokens of this tab's former user. Kinde's SDK stores the result of a refresh whenever Kinde answers, and takes no
// signal to abort it. So the answer to a former user's refresh is taken out of the storage again.
import { claimsFromToken } from "@kinde-cerbos/core";
import {
  clearRefreshTimer,
  getActiveStorage,
  getInsecureStorage,
  StorageKeys,
} from "@kinde-oss/kinde-auth-react/utils";
import { currentToken, onTokenChange, sharedToken } from "./stored-token.ts";

/** How long a refresh that Kinde's SDK started may be in flight, in ms. Nothing tells us of it. */
const REFRESH_MS = 10_000;

/** The keys of the tokens that Kinde's SDK keeps for a tab. */
const KEYS = [StorageKeys.refreshToken, StorageKeys.idToken, StorageKeys.accessToken] as const;

interface Tokens {
  /** The tokens of the tab's user, in the order of the keys; empty if nobody is signed in. */
  readonly ofTab: readonly (string | undefined)[];
  /** The refresh token that all tabs share. It may belong to another user. */
  readonly shared: string | undefined;
}

/** The newest call of {@link keepOut} for each user. */
const formerUsers = new Map<string, object>();
/** The tokens to put back. */
let kept: Tokens = { ofTab: [], shared: undefined };

/**
 * Keeps the tokens of a former user out of the storage: the tokens that they replace are put back.
 *
 * @param refreshes settles when the refreshes that are in flight have been answered
 */
export async function keepOut(user: string, refreshes: Promise<unknown>): Promise<void> {
  const storage = getActiveStorage();
  kept = await presentTokens();
  const former = {};
  formerUsers.set(user, former);
  const look = async (event?: StorageEvent): Promise<void> => {
    if (getActiveStorage() === storage) await restore(event);
  };
  const end = onTokenChange((event) => void look(event).catch(() => {}));
  // At once, because Kinde may return the existing token. Tokens that arrive from now on are such answers.
  await dropTokens();
  const time = new Promise((resolve) => setTimeout(resolve, REFRESH_MS));
  void Promise.all([refreshes, time])
    .then(() => look())
    .catch(() => {})
    .finally(() => {
      if (formerUsers.get(user) === former) formerUsers.delete(user);
      end();
    });
}

/** A former user has signed in again. */
export function letIn(user: string): void {
  formerUsers.delete(user);
}

/** Signs out this tab alone, as after a sign-out in another one: Kinde is not told. */
export async function dropTokens(): Promise<void> {
  clearRefreshTimer();
  kept = { ...kept, ofTab: [] };
  await getActiveStorage()?.removeItems(...KEYS);
}

/** Takes a former user's tokens out of the storage. */
async function restore(event?: StorageEvent): Promise<void> {
  const token = await currentToken();
  const present = await presentTokens();
  const isBack = token !== undefined && formerUsers.has(userOf(token));
  // This tab has no reason to store a refresh token for all tabs: other tabs have.
  const isStray = token === undefined && !event && present.shared !== kept.shared;
  if (isBack || isStray) return putBack(kept);
  kept = present;
}

async function presentTokens(): Promise<Tokens> {
  // First, as Kinde's SDK stores it last.
  const shared = await sharedToken();
  const isNobodys = (await currentToken()) === undefined;
  return { ofTab: isNobodys ? [] : await Promise.all(KEYS.map((key) => currentToken(key))), shared };
}

async function putBack({ ofTab, shared }: Tokens): Promise<void> {
  await put(getInsecureStorage(), StorageKeys.refreshToken, shared);
  for (const [at, key] of KEYS.entries()) await put(getActiveStorage(), key, ofTab[at]);
  if (ofTab.length === 0) clearRefreshTimer();
  // In a later task, because the storage reports no change while it reports another one.
  const touch = async (): Promise<void> => put(getActiveStorage(), StorageKeys.accessToken, await currentToken());
  setTimeout(() => void touch().catch(() => {}));
}

async function put(
  storage: ReturnType<typeof getActiveStorage>,
  key: StorageKeys,
  token: string | undefined,
): Promise<void> {
  if (token === undefined) await storage?.removeSessionItem(key);
  else await storage?.setSessionItem(key, token);
}

function userOf(token: string): string {
  return claimsFromToken(token).sub;
}
