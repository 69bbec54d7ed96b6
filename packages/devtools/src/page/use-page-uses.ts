import { type QueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { componentUsesIn } from "./component-use.ts";
import { PageUses } from "./page-uses.ts";

/** The shortest time between two reads of the page, in ms. */
const INTERVAL_MS = 200;
/** The largest share of time spent on reading the page. */
const MAX_LOAD = 0.1;

/** Returns the components on the page that use decisions; `null` while they are unknown. */
export function usePageUses(queryClient: QueryClient): PageUses | null {
  const [uses, setUses] = useState<PageUses | null>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let delay = 0;
    const read = (): void => {
      timer = undefined;
      const from = performance.now();
      const found = componentUsesIn(document);
      setUses(found && new PageUses(found));
      delay = Math.max(INTERVAL_MS, (performance.now() - from) / MAX_LOAD);
    };
    const readSoon = (): void => void (timer ??= setTimeout(read, delay));
    readSoon();
    // A component that renders nothing does not change the DOM, but it does change the cache.
    const stop = queryClient.getQueryCache().subscribe(readSoon);
    const changes = new MutationObserver(readSoon);
    changes.observe(document, { childList: true, subtree: true });
    return () => {
      stop();
      changes.disconnect();
      clearTimeout(timer);
    };
  }, [queryClient]);
  return uses;
}
