import { createContext, type ReactNode, useContext, useEffect, useState } from "react";

import { askAll } from "../ask.ts";
import { keyOf } from "../check.ts";
import { checksWith, type Contender, type World } from "../contender.tsx";
import { httpAsk } from "../http-ask.ts";

/** One request a component, in an effect, without a cache: as with @cerbos/react. */
export function create({ pdpUrl, recorded, principal, token: first }: World): Contender {
  const ask = recorded?.ask ?? httpAsk(pdpUrl);
  const Token = createContext(first);
  let renew: ((token: string) => void) | null = null;

  function Provider({ children }: { readonly children: ReactNode }): ReactNode {
    const [token, setToken] = useState(first);
    useEffect(() => {
      renew = setToken;
    }, []);
    return <Token.Provider value={token}>{children}</Token.Provider>;
  }
  const Checks = checksWith((check) => {
    const token = useContext(Token);
    const [allowed, setAllowed] = useState<boolean>();
    useEffect(() => {
      let isOver = false;
      const load = async (): Promise<void> => {
        const decisions = await askAll(ask, { principal, auxData: { jwt: { token } } }, [check]);
        if (!isOver) setAllowed(decisions.get(keyOf(check)));
      };
      void load();
      return () => {
        isOver = true;
      };
    }, [check, token]);
    return allowed;
  });
  return { Provider, Checks, renew: (token) => renew?.(token) };
}
