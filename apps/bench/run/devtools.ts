// What the closed devtools cost: the page in development with them by the page without them, in turns.
import { launchChromium } from "@kinde-cerbos/chromium";
import { type Task } from "../shared/task.ts";
import { measureOn, onPage } from "./rounds.ts";
import { startBenchStack } from "./stack.ts";
import { median, quartiles } from "./statistics.ts";
import { workloadsOf } from "./workloads.ts";

const ROUNDS = 12;
const WORKLOADS = new Set([
  "1000 components",
  "recorded answers, 1000",
  "warm mount of 1000",
  "warm re-render of 1000",
]);

const stack = await startBenchStack("development");
const chromium = await launchChromium();
try {
  const workloads = workloadsOf(false).filter(({ name }) => WORKLOADS.has(name));
  for (const workload of workloads) {
    const task: Task = { ...stack.surroundings, workload, contender: "ours-fetch", warmups: 1, samples: 3 };
    const msOf = async (path: string): Promise<number> => {
      const { samples } = await onPage(chromium.browser, stack.url + path, workload.name, (page) =>
        measureOn(page, task),
      );
      return median(samples.map(({ ms }) => ms));
    };
    const ratios: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      // Each of both is the first one in every other round.
      const isFirst = round % 2 === 0;
      const first = await msOf(isFirst ? "/?devtools" : "/");
      const second = await msOf(isFirst ? "/" : "/?devtools");
      ratios.push(isFirst ? first / second : second / first);
    }
    const { low, median: middle, high } = quartiles(ratios);
    console.log(
      `${workload.name}: with the closed devtools × without ${middle.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`,
    );
  }
} finally {
  await chromium.close();
  await stack.close();
}
