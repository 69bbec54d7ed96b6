import { QueryClient, QueryClientProvider, useQuery } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { type User } from "../shared/task.ts";
import { type Ask, askAll, type Decisions } from "./ask.ts";
import { type BenchCheck } from "./check.ts";
import { checksWith, type Contender, ownerOf, type World } from "./contender.tsx";
import { httpAsk } from "./http-ask.ts";

/** Asks for checks of one owner, with the newest token. */
type AskChecks = (checks: readonly BenchCheck[]) => Promise<Decisions>;
type Load = (check: BenchCheck) => Promise<boolean>;

interface Loader {
  user: User;
  readonly load: Load;
}

/** A `useQuery` for each check; `loaderOf` says how queries of one owner ask. */
export function queried(
  { pdpUrl, recorded, chunk, user: first }: World,
  loaderOf: (askChecks: AskChecks) => Load,
): Contender {
  const ask: Ask = recorded?.ask ?? httpAsk(pdpUrl);
  let user = first;
  // What gathers a little must not ask for one owner what another one wanted: the answer would be kept under the wrong
  // key.
  const loaders = new Map<string, Loader>();
  const become = (newer: User): void => {
    user = newer;
    const known = loaders.get(ownerOf(newer.principal));
    if (known) known.user = newer;
    else {
      const loader: Loader = { user: newer, load: loaderOf((checks) => askAll(ask, loader.user, checks, chunk)) };
      loaders.set(ownerOf(newer.principal), loader);
    }
  };
  become(first);
  const load = async (owner: string, check: BenchCheck): Promise<boolean> => {
    const loader = loaders.get(owner);
    if (!loader) throw new Error("Nobody has signed in with this name.");
    return loader.load(check);
  };
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
    Checks: checksWith((check) => {
      const owner = useContext(Owner);
      return useQuery({ queryKey: keyOfQuery(owner, check), queryFn: () => load(owner, check) }).data;
    }),
    askAgain(checks) {
      // One filter for all of a page, as an app would write it: one for each looks through the whole cache each time.
      const [only] = checks;
      const isOne = only !== undefined && checks.length === 1;
      const queryKey = isOne ? keyOfQuery(ownerOf(user.principal), only) : ["can"];
      void client.invalidateQueries({ queryKey, exact: isOne });
    },
    signIn(newer) {
      become(newer);
      setOwner?.(ownerOf(newer.principal));
    },
    cached: () => client.getQueryCache().getAll().length,
  };
}

/** Of the user and the organization: a decision of another one must not be found. */
function keyOfQuery(owner: string, { action, resource }: BenchCheck): readonly unknown[] {
  return ["can", owner, action, resource];
}
