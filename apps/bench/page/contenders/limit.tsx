import { memo, type ReactNode, useEffect, useState } from "react";

import { askAll, type Decisions, rawAsk } from "../ask.ts";
import { type BenchCheck, keyOf } from "../check.ts";
import { Bare, type Contender, type World } from "../contender.tsx";
import { view } from "../view.tsx";

const Check = memo(function Check({ allowed }: { readonly allowed: boolean | undefined }): ReactNode {
  return view(allowed);
});

/** The least there can be: the page asks for all of its checks, and sets one state. */
export function create({ pdpUrl, recorded, principal, token }: World): Contender {
  const ask = recorded?.ask ?? rawAsk(pdpUrl);
  const who = { principal, auxData: { jwt: { token } } };
  let cached: Decisions | null = null;
  let show: ((decisions: Decisions) => void) | null = null;

  async function load(checks: readonly BenchCheck[]): Promise<void> {
    const loaded = await askAll(ask, who, checks);
    cached = cached ? new Map([...cached, ...loaded]) : loaded;
    show?.(cached);
  }

  const Checks: Contender["Checks"] = ({ checks }) => {
    const [decisions, setDecisions] = useState(cached);
    useEffect(() => {
      show = setDecisions;
      if (!cached) void load(checks);
    }, [checks]);
    return checks.map((check) => {
      const key = keyOf(check);
      return <Check key={key} allowed={decisions?.get(key)} />;
    });
  };

  return {
    Provider: Bare,
    Checks,
    askAgain: (check) => void load([check]),
    renew() {},
  };
}
