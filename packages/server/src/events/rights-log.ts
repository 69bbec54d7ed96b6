/** The user and organization of a change of rights, or of a token. */
export interface Whose {
  /** The `sub` of a user. */
  readonly subject?: string | undefined;
  /** The code of an organization. */
  readonly organization?: string | undefined;
}

/** When rights last changed. */
export interface RightsLog {
  /** Remembers a change: of a user in an organization, of a user, of an organization, or of everybody. */
  readonly add: (whose: Whose, at: number) => void;
  /** Returns when the rights of a user in an organization last changed, in ms since the epoch; -Infinity for never. */
  readonly latest: (whose: Whose) => number;
  /** The same, for changes that named the user. */
  readonly latestOfUser: (whose: Whose) => number;
}

/** Most entries that are kept. */
const MAX_ENTRIES = 100_000;

/**
 * Remembers changes for as long as an earlier token can be valid. If there are too many, the oldest becomes a change
 * for everybody: then too many tokens are outdated, and never too few.
 */
export function createRightsLog(
  { tokenLifetimeMs, now }: { readonly tokenLifetimeMs: number; readonly now: () => number },
  maxEntries: number = MAX_ENTRIES,
): RightsLog {
  /** In the order in which they came. */
  const entries = new Map<string, number>();
  const everybody = keyOf({});
  const put = (key: string, at: number): void => {
    const latest = Math.max(at, entries.get(key) ?? -Infinity);
    entries.delete(key);
    entries.set(key, latest);
  };
  const latestOf = (concerned: readonly Whose[]): number =>
    Math.max(...concerned.map((whose) => entries.get(keyOf(whose)) ?? -Infinity));
  return {
    add(whose, at) {
      put(keyOf(whose), at);
      for (const [key, oldest] of entries) {
        const isOver = oldest + tokenLifetimeMs < now();
        if (!isOver && entries.size <= maxEntries) break;
        if (key === everybody && !isOver) continue;
        entries.delete(key);
        if (!isOver) put(everybody, oldest);
      }
    },
    latest: ({ subject, organization }) => latestOf([{}, { subject }, { organization }, { subject, organization }]),
    latestOfUser: ({ subject, organization }) => latestOf([{ subject }, { subject, organization }]),
  };
}

function keyOf({ subject, organization }: Whose): string {
  return JSON.stringify([subject ?? null, organization ?? null]);
}
