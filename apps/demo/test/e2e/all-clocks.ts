/**
 * The whole browser suite by each clock that the page may have: right, and 3 s, 25 s and 5 min ahead and behind.
 * `node test/e2e/all-clocks.ts`
 */
import { spawnSync } from "node:child_process";

const failed: number[] = [];
for (const ahead of [0, 3, 25, 300, -3, -25, -300]) {
  console.log(`The page's clock is ${ahead} s ahead.`);
  // Tests about one page alone do not depend on the clock.
  const env = { ...process.env, CLOCK_AHEAD_S: String(ahead), DEMO_NIGHTLY: ahead === 0 ? "all" : "each-clock" };
  const { status } = spawnSync("playwright", ["test"], { stdio: "inherit", env });
  if (status !== 0) failed.push(ahead);
}
console.log(failed.length === 0 ? "All clocks passed." : `Failed with the clock ahead by: ${failed.join(", ")} s.`);
process.exitCode = failed.length === 0 ? 0 : 1;
