import { type Principal } from "@kinde-cerbos/core";
import { type ComponentType, type ReactNode } from "react";

import { type BenchCheck, keyOf } from "./check.ts";
import { type RecordedPdp } from "./recorded.ts";
import { view } from "./view.tsx";

/** What there is to ask, and for whom. */
export interface World {
  readonly pdpUrl: string;
  /** Asked in place of the one at `pdpUrl`. */
  readonly recorded: RecordedPdp | null;
  readonly principal: Principal;
  readonly token: string;
}

/** A way to have the decisions of a page. */
export interface Contender {
  /** On the page before its checks are, and after them. */
  readonly Provider: ComponentType<{ readonly children: ReactNode }>;
  /** The checks: one component each. */
  readonly Checks: ComponentType<{ readonly checks: readonly BenchCheck[] }>;
  /** Settles when checks can be asked. Default: at once. */
  readonly ready?: Promise<void>;
  /** Asks one check again. Absent where there is no way to. */
  readonly askAgain?: (check: BenchCheck) => void;
  /** Another token of the same user. */
  readonly renew: (token: string) => void;
}

/** Each module of a contender has one. */
export type CreateContender = (world: World) => Contender;

/** The checks of a contender that has a hook for each. */
export function checksWith(useAllowed: (check: BenchCheck) => boolean | undefined): Contender["Checks"] {
  function Check({ check }: { readonly check: BenchCheck }): ReactNode {
    return view(useAllowed(check));
  }
  return function Checks({ checks }) {
    return checks.map((check) => <Check key={keyOf(check)} check={check} />);
  };
}

/** For a contender that needs nothing around its checks. */
export function Bare({ children }: { readonly children: ReactNode }): ReactNode {
  return children;
}
