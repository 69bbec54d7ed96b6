import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { askAll, type Decisions } from "../ask.ts";
import { type BenchCheck, keyOf } from "../check.ts";
import { checksWith, type Contender, ownerOf, type World } from "../contender.tsx";
import { httpAsk } from "../http-ask.ts";

const NONE: Decisions = new Map();
const Loaded = createContext(NONE);

/** The page loads all of its checks in one call, and components look them up: as with permit-fe-sdk. */
export function create({ pdpUrl, recorded, chunk, user: first }: World): Contender {
  const ask = recorded?.ask ?? httpAsk(pdpUrl);
  const cache = new Map<string, Decisions>();
  let user = first;
  let onPage: readonly BenchCheck[] = [];
  let show: ((decisions: Decisions) => void) | null = null;

  const cached = (): Decisions => cache.get(ownerOf(user.principal)) ?? NONE;
  async function load(checks: readonly BenchCheck[]): Promise<void> {
    const owner = ownerOf(user.principal);
    const loaded = await askAll(ask, user, checks, chunk);
    cache.set(owner, new Map([...(cache.get(owner) ?? NONE), ...loaded]));
    show?.(cached());
  }
  function loadMissing(): void {
    const loaded = cached();
    if (onPage.some((check) => !loaded.has(keyOf(check)))) void load(onPage);
  }

  function Provider({ children }: { readonly children: ReactNode }): ReactNode {
    const [decisions, setDecisions] = useState(cached);
    useEffect(() => {
      show = setDecisions;
    }, []);
    return <Loaded.Provider value={decisions}>{children}</Loaded.Provider>;
  }
  const LookUps = checksWith((check) => useContext(Loaded).get(keyOf(check)));
  const Checks: Contender["Checks"] = ({ checks }) => {
    useEffect(() => {
      onPage = checks;
      loadMissing();
    }, [checks]);
    return <LookUps checks={checks} />;
  };
  return {
    Provider,
    Checks,
    askAgain: (checks) => void load(checks),
    signIn(newer) {
      user = newer;
      show?.(cached());
      loadMissing();
    },
  };
}
