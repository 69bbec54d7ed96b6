import { QueryClient, QueryClientProvider, useQuery } from "@tanstack/react-query";
import { type ReactNode } from "react";

import { type Ask, askAll, type Decisions } from "./ask.ts";
import { type BenchCheck } from "./check.ts";
import { checksWith, type Contender, type World } from "./contender.tsx";
import { httpAsk } from "./http-ask.ts";

/** Asks for checks with the newest token. */
type AskChecks = (checks: readonly BenchCheck[]) => Promise<Decisions>;

/** A `useQuery` for each check; `loaderOf` says how queries ask. */
export function queried(
  { pdpUrl, recorded, principal, token: first }: World,
  loaderOf: (askChecks: AskChecks) => (check: BenchCheck) => Promise<boolean>,
): Contender {
  const ask: Ask = recorded?.ask ?? httpAsk(pdpUrl);
  let token = first;
  const load = loaderOf((checks) => askAll(ask, { principal, auxData: { jwt: { token } } }, checks));
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: 30_000, retry: false } } });
  // Of the user and the organization: a decision of another one must not be found.
  const keyOfQuery = (check: BenchCheck): readonly unknown[] => [
    "can",
    principal.id,
    principal.attr["orgCode"],
    check.action,
    check.resource,
  ];
  return {
    Provider: ({ children }: { readonly children: ReactNode }) => (
      <QueryClientProvider client={client}>{children}</QueryClientProvider>
    ),
    Checks: checksWith((check) => useQuery({ queryKey: keyOfQuery(check), queryFn: () => load(check) }).data),
    askAgain: (check) => void client.invalidateQueries({ queryKey: keyOfQuery(check), exact: true }),
    renew(newer) {
      token = newer;
    },
  };
}
