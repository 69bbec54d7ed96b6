import { meter } from "./meter.ts";

/** When nothing else waits for its turn. `requestIdleCallback` would also wait for a frame, 4 times for each sample. */
export async function idle(): Promise<void> {
  await scheduler.postTask(() => {}, { priority: "background" });
}

/** When nothing has been counted for a while. */
export async function quiet(): Promise<void> {
  let before: string;
  do {
    before = JSON.stringify(meter.counts());
    await new Promise((resolve) => setTimeout(resolve, 15));
    await idle();
  } while (JSON.stringify(meter.counts()) !== before);
}
