import { type ContenderName } from "../shared/task.ts";

/** What each contender is, for who reads a table or the chart. */
export const LABELS: { readonly [name in ContenderName]: string } = {
  limit: "the limit: fetch in chunks",
  "ours-fetch": "useCan, createFetchPdp",
  "ours-http": "useCan, @cerbos/http",
  bulk: "one bulk call, look-ups",
  dataloader: "useQuery + dataloader",
  batshit: "useQuery + batshit, 10 ms",
  "use-query": "one useQuery per check",
  effect: "one request per component",
  casl: "@casl/react, no PDP",
};

/** Ours, which no table or chart may favour. */
export const OURS: ReadonlySet<ContenderName> = new Set(["ours-fetch", "ours-http"]);
