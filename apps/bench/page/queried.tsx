import { QueryClient, QueryClientProvider, useQuery } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useState } from "react";

import { type User } from "../shared/task.ts";
import { type Ask, askAll, type Decisions } from "./ask.ts";
import { type BenchCheck } from "./check.ts";
import { checksWith, type Contender, ownerOf, type World } from "./contender.tsx";
import { httpAsk } from "./http-ask.ts";

/** Asks for checks with the newest token. */
type AskChecks = (checks: readonly BenchCheck[]) => Promise<Decisions>;

/** A `useQuery` for each check; `loaderOf` says how queries ask. */
export function queried(
  { pdpUrl, recorded, chunk, user: first }: World,
  loaderOf: (askChecks: AskChecks) => (check: BenchCheck) => Promise<boolean>,
): Contender {
  const ask: Ask = recorded?.ask ?? httpAsk(pdpUrl);
  let user = first;
  const load = loaderOf((checks) => askAll(ask, user, checks, chunk));
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: 30_000, retry: false } } });
  const Owner = createContext("");
  let setOwner: ((owner: string) => void) | null = null;

  function Provider({ children }: { readonly children: ReactNode }): ReactNode {
    const [owner, set] = useState(() => ownerOf(user.principal));
    useEffect(() => {
      setOwner = set;
    }, []);
    return (
      <QueryClientProvider client={client}>
        <Owner.Provider value={owner}>{children}</Owner.Provider>
      </QueryClientProvider>
    );
  }
  return {
    Provider,
    Checks: checksWith(
      (check) => useQuery({ queryKey: keyOfQuery(useContext(Owner), check), queryFn: () => load(check) }).data,
    ),
    askAgain(checks) {
      // One filter for all of a page, as an app would write it: one for each looks through the whole cache each time.
      const [only] = checks;
      const isOne = only !== undefined && checks.length === 1;
      const queryKey = isOne ? keyOfQuery(ownerOf(user.principal), only) : ["can"];
      void client.invalidateQueries({ queryKey, exact: isOne });
    },
    signIn(newer: User) {
      user = newer;
      setOwner?.(ownerOf(newer.principal));
    },
    cached: () => client.getQueryCache().getAll().length,
  };
}

/** Of the user and the organization: a decision of another one must not be found. */
function keyOfQuery(owner: string, { action, resource }: BenchCheck): readonly unknown[] {
  return ["can", owner, action, resource];
}
