import { type BenchPage } from "../shared/task.ts";
import { contenders } from "./contenders.ts";
import { idle } from "./turns.ts";

/** See {@link BenchPage.load}. Only the first call on a page measures anything. */
export const load: BenchPage["load"] = async (contender, scripts) => {
  // Into the cache: the network is no part of it.
  await Promise.all(scripts.map(async (script) => (await fetch(script)).text()));
  await idle();
  const start = performance.now();
  await contenders[contender]();
  return performance.now() - start;
};
