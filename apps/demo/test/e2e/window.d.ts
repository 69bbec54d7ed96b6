import { type QueryClient } from "@tanstack/react-query";

declare global {
  interface Window {
    /** The page's cache, under the name that TanStack Query's devtools extension looks for. */
    readonly __TANSTACK_QUERY_CLIENT__?: QueryClient;
    /** Put there by the test. */
    readonly reportOffers?: (load: number, offered: string[]) => Promise<void>;
  }
}
