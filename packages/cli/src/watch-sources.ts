import { statSync } from "node:fs";
import { type FSWatcher, watch } from "chokidar";

/** How often to check whether a watched file or folder was replaced, in ms. */
const CHECK_MS = 250;

/** Watches files and folders. */
export interface SourcesWatcher {
  /** Resolves when changes are reported from now on. */
  readonly ready: Promise<void>;
  readonly close: () => Promise<void>;
}

/**
 * Watches files and folders. They may be deleted and created again.
 *
 * @param onChange called after each change
 */
export function watchSources(paths: readonly string[], onChange: () => void): SourcesWatcher {
  const start = (onReady: () => void): FSWatcher =>
    // Editors write a file in several steps.
    watch([...paths], { ignoreInitial: true, awaitWriteFinish: { stabilityThreshold: 50, pollInterval: 10 } })
      .on("all", onChange)
      .on("ready", onReady);
  let identities = paths.map(identityOf);
  let watcher: FSWatcher;
  const ready = new Promise<void>((resolve) => {
    watcher = start(resolve);
  });
  // A watcher of a deleted folder does not notice a new one in its place.
  const timer = setInterval(() => {
    const now = paths.map(identityOf);
    if (now.every((identity, at) => identity === identities[at])) return;
    identities = now;
    void watcher.close();
    watcher = start(onChange);
  }, CHECK_MS);
  return {
    ready,
    close: async () => {
      clearInterval(timer);
      await watcher.close();
    },
  };
}

/** Identifies a folder, to notice a new one with the same name. For a file, only whether it exists. */
function identityOf(path: string): string {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  // The inode number of a deleted folder may be used again.
  return stats?.isDirectory() ? `folder ${stats.ino} ${stats.birthtimeNs}` : String(stats !== undefined);
}
