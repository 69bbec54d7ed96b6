import { type QueryClient } from "@tanstack/react-query";

declare global {
  interface Window {
    /** The page's cache, under the name that TanStack Query's devtools extension looks for. */
    readonly __TANSTACK_QUERY_CLIENT__?: QueryClient;
    /** Put there by a test: gone once the page has been loaded anew. */
    memory?: string;
    /** Put there by a test: what was offered at each time, as runs of "aurora", "borealis" or "" for nothing. */
    offers?: string[];
    /** Put there by a test: what on the page has moved by itself. */
    shifts?: string[];
    /** Put there by a test: what other tabs have said. */
    heard?: string[];
  }
}
