import { Recorder } from "./recorder.ts";

let recorder: Recorder | null = null;

/**
 * Returns the page's recorder. It starts at the first call, so that a panel shows what happened before it was opened.
 */
export function pageRecorder(): Recorder {
  if (!recorder) {
    recorder = new Recorder();
    recorder.start();
  }
  return recorder;
}
