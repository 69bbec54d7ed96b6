import { Recorder } from "./recorder.ts";

let recorder: Recorder | null = null;

/** The recorder of the page, which runs from the first call on: each panel shows what happened before it was opened. */
export function pageRecorder(): Recorder {
  if (!recorder) {
    recorder = new Recorder();
    recorder.start();
  }
  return recorder;
}
