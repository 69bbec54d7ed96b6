import { createContext, type ReactNode, useContext, useEffect, useState } from "react";

import { askAll, type Decisions } from "../ask.ts";
import { type BenchCheck, keyOf } from "../check.ts";
import { checksWith, type Contender, type World } from "../contender.tsx";
import { httpAsk } from "../http-ask.ts";

const NONE: Decisions = new Map();
const Loaded = createContext(NONE);

/** The page loads all of its checks in one call, and components look them up: as with permit-fe-sdk. */
export function create({ pdpUrl, recorded, principal, token }: World): Contender {
  const ask = recorded?.ask ?? httpAsk(pdpUrl);
  const who = { principal, auxData: { jwt: { token } } };
  let loaded = NONE;
  let show: ((decisions: Decisions) => void) | null = null;

  async function load(checks: readonly BenchCheck[]): Promise<void> {
    loaded = new Map([...loaded, ...(await askAll(ask, who, checks))]);
    show?.(loaded);
  }
  function Provider({ children }: { readonly children: ReactNode }): ReactNode {
    const [decisions, setDecisions] = useState(loaded);
    useEffect(() => {
      show = setDecisions;
    }, []);
    return <Loaded.Provider value={decisions}>{children}</Loaded.Provider>;
  }
  const LookUps = checksWith((check) => useContext(Loaded).get(keyOf(check)));
  const Checks: Contender["Checks"] = ({ checks }) => {
    useEffect(() => {
      if (checks.some((check) => !loaded.has(keyOf(check)))) void load(checks);
    }, [checks]);
    return <LookUps checks={checks} />;
  };
  return { Provider, Checks, askAgain: (check) => void load([check]), renew() {} };
}
