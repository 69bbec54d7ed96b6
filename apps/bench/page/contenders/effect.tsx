import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { askAll } from "../ask.ts";
import { type BenchCheck, keyOf } from "../check.ts";
import { checksWith, type Contender, type World } from "../contender.tsx";
import { httpAsk } from "../http-ask.ts";

/**
 * One request a component, in an effect, without a cache: as with @cerbos/react. As there, checks are compared by their
 * content, and what is shown is taken back as soon as the user, the token or the check is another one.
 */
export function create({ pdpUrl, recorded, chunk, user: first }: World): Contender {
  const ask = recorded?.ask ?? httpAsk(pdpUrl);
  const CurrentUser = createContext(first);
  let signIn: Contender["signIn"];

  function Provider({ children }: { readonly children: ReactNode }): ReactNode {
    const [user, setUser] = useState(first);
    useEffect(() => {
      signIn = setUser;
    }, []);
    return <CurrentUser.Provider value={user}>{children}</CurrentUser.Provider>;
  }
  const Checks = checksWith((check) => {
    const user = useContext(CurrentUser);
    const [allowed, setAllowed] = useState<boolean>();
    const content = JSON.stringify(check);
    useEffect(() => {
      let isOver = false;
      setAllowed(undefined);
      const load = async (): Promise<void> => {
        const same: BenchCheck = JSON.parse(content);
        const decisions = await askAll(ask, user, [same], chunk);
        if (!isOver) setAllowed(decisions.get(keyOf(same)));
      };
      void load();
      return () => {
        isOver = true;
      };
    }, [content, user]);
    return allowed;
  });
  return { Provider, Checks, signIn: (user) => signIn?.(user) };
}
