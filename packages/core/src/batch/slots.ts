/**
 * Runs tasks at most so many at a time; the others wait in their order. A task
 * runs at once, in the very call, where there is a slot.
 */
export function createSlots(count: number): (task: () => Promise<void>) => Promise<void> {
  let free = count;
  /** Each is called once a slot is its own. */
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
