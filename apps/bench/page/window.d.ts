import { type BenchPage } from "../shared/task.ts";

declare global {
  interface Window {
    /** What the benchmark calls. */
    bench?: BenchPage;
  }
}
