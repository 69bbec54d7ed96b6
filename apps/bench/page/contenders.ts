import { type ContenderName } from "../shared/task.ts";
import { type CreateContender } from "./contender.tsx";

/** Each in a file of its own, so that a page loads no other. */
export const contenders: { readonly [name in ContenderName]: () => Promise<{ readonly create: CreateContender }> } = {
  limit: () => import("./contenders/limit.tsx"),
  "ours-fetch": () => import("./contenders/ours-fetch.tsx"),
  "ours-http": () => import("./contenders/ours-http.tsx"),
  bulk: () => import("./contenders/bulk.tsx"),
  dataloader: () => import("./contenders/dataloader.tsx"),
  batshit: () => import("./contenders/batshit.tsx"),
  "use-query": () => import("./contenders/use-query.tsx"),
  effect: () => import("./contenders/effect.tsx"),
  casl: () => import("./contenders/casl.tsx"),
};
