/**
 * Runs at most this many tasks at a time; the others wait in their order. A task starts synchronously if there is a
 * free slot.
 */
export function createSlots(count: number): (task: () => Promise<void>) => Promise<void> {
  let free = count;
  /** Called when a slot becomes free for it. */
  const queue: (() => void)[] = [];
  return async (task) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => queue.push(resolve));
    try {
      await task();
    } finally {
      const next = queue.shift();
      if (next) next();
      else free += 1;
    }
  };
}
