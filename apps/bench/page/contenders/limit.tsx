import { memo, type ReactNode, useEffect, useState } from "react";
import { askAll, type Decisions, rawAsk } from "../ask.ts";
import { type BenchCheck, keyOf } from "../check.ts";
import { Bare, type Contender, ownerOf, type World } from "../contender.tsx";
import { view } from "../view.tsx";

const Check = memo(function Check({ allowed }: { readonly allowed: boolean | undefined }): ReactNode {
  return view(allowed);
});

/** The least there can be: the page asks for all of its checks, and sets one state. */
export function create({ pdpUrl, recorded, chunk, user: first }: World): Contender {
  const ask = recorded?.ask ?? rawAsk(pdpUrl);
  const cache = new Map<string, Decisions>();
  let user = first;
  let onPage: readonly BenchCheck[] = [];
  let show: ((decisions: Decisions | undefined) => void) | null = null;

  const cached = (): Decisions | undefined => cache.get(ownerOf(user.principal));
  async function load(checks: readonly BenchCheck[]): Promise<void> {
    const owner = ownerOf(user.principal);
    const loaded = await askAll(ask, user, checks, chunk);
    const before = cache.get(owner);
    cache.set(owner, before ? new Map([...before, ...loaded]) : loaded);
    show?.(cached());
  }

  const Checks: Contender["Checks"] = ({ checks }) => {
    const [decisions, setDecisions] = useState(cached);
    useEffect(() => {
      onPage = checks;
      show = setDecisions;
      if (!cached()) void load(checks);
    }, [checks]);
    return checks.map((check) => {
      const key = keyOf(check);
      return <Check key={key} allowed={decisions?.get(key)} />;
    });
  };

  return {
    Provider: Bare,
    Checks,
    askAgain: (checks) => void load(checks),
    signIn(newer) {
      user = newer;
      show?.(cached());
      if (!cached()) void load(onPage);
    },
  };
}
