import { statSync } from "node:fs";
import { type FSWatcher, watch } from "chokidar";

/** How often to look whether what is watched is another file or folder now, ms. */
const LOOK_MS = 250;

/** Watches files and folders. */
export interface SourcesWatcher {
  /** Resolves when it is watching: later changes are reported. */
  readonly ready: Promise<void>;
  readonly close: () => Promise<void>;
}

/**
 * Watches files and folders, which may go away and come back.
 *
 * @param onChange called after each change
 */
export function watchSources(paths: readonly string[], onChange: () => void): SourcesWatcher {
  const start = (onReady: () => void): FSWatcher =>
    // Editors write a file in steps.
    watch([...paths], { ignoreInitial: true, awaitWriteFinish: { stabilityThreshold: 50, pollInterval: 10 } })
      .on("all", onChange)
      .on("ready", onReady);
  let identities = paths.map(identityOf);
  let watcher: FSWatcher;
  const ready = new Promise<void>((resolve) => {
    watcher = start(resolve);
  });
  // A folder that comes back is not seen by who has watched the one before.
  const timer = setInterval(() => {
    const now = paths.map(identityOf);
    if (now.every((identity, at) => identity === identities[at])) return;
    identities = now;
    void watcher.close();
    watcher = start(onChange);
  }, LOOK_MS);
  return {
    ready,
    close: async () => {
      clearInterval(timer);
      await watcher.close();
    },
  };
}

/** What tells a folder from another of its name. Of files it is enough whether they are there: these are replaced. */
function identityOf(path: string): string {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  // The number of one that is gone may be given to the next.
  return stats?.isDirectory() ? `folder ${stats.ino} ${stats.birthtimeNs}` : String(stats !== undefined);
}
