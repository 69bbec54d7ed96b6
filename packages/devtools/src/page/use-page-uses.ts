import { type QueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { componentUsesIn } from "./component-use.ts";
import { PageUses } from "./page-uses.ts";

/** How long changes are gathered at least before the page is looked through again, in ms. */
const INTERVAL_MS = 200;
/** The page is looked through for no more than this part of the time. */
const MAX_LOAD = 0.1;

/** The components on the page that use decisions, as they are now; `null` as long as that is not known. */
export function usePageUses(queryClient: QueryClient): PageUses | null {
  const [uses, setUses] = useState<PageUses | null>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let delay = 0;
    const look = (): void => {
      timer = undefined;
      const from = performance.now();
      const found = componentUsesIn(document);
      setUses(found && new PageUses(found));
      delay = Math.max(INTERVAL_MS, (performance.now() - from) / MAX_LOAD);
    };
    const lookSoon = (): void => void (timer ??= setTimeout(look, delay));
    lookSoon();
    // A component that renders nothing changes no element: the cache tells of it.
    const stop = queryClient.getQueryCache().subscribe(lookSoon);
    const changes = new MutationObserver(lookSoon);
    changes.observe(document, { childList: true, subtree: true });
    return () => {
      stop();
      changes.disconnect();
      clearTimeout(timer);
    };
  }, [queryClient]);
  return uses;
}
