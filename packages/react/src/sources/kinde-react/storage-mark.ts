// A write to localStorage may reach another tab's process later than a message does. A tab that refreshed in between
// would use an old refresh token, and bring the earlier session back for all tabs.

/** The time of the last mark, in ms since the epoch. */
const KEY = "kinde-cerbos:written";
/** How long to wait for a mark, in ms. */
const LONGEST_MS = 1000;

/** Marks the end of all writes to localStorage so far. Returns the mark; `null` if there is no localStorage. */
export function markWritten(): number | null {
  const mark = Math.max(Date.now(), lastMark() + 1);
  try {
    localStorage.setItem(KEY, String(mark));
    return mark;
  } catch {
    // A browser may forbid the storage: then Kinde's SDK has nothing there either.
    return null;
  }
}

/** Resolves once this tab sees all that another one wrote before it set the mark. */
export async function whenWritten(mark: unknown): Promise<void> {
  if (typeof mark !== "number" || lastMark() >= mark) return;
  await new Promise<void>((resolve) => {
    const watching = new AbortController();
    const end = (): void => {
      clearTimeout(timer);
      // This also works if `window` is gone.
      watching.abort();
      resolve();
    };
    const look = (): void => {
      if (lastMark() >= mark) end();
    };
    const timer = setTimeout(end, LONGEST_MS);
    window.addEventListener("storage", look, { signal: watching.signal });
  });
}

function lastMark(): number {
  try {
    const mark = Number(localStorage.getItem(KEY));
    return mark > 0 ? mark : 0;
  } catch {
    return 0;
  }
}
