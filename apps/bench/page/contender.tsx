import { type Principal } from "@kinde-cerbos/core";
import { type ComponentType, type ReactNode } from "react";
import { type User } from "../shared/task.ts";
import { type BenchCheck, keyOf } from "./check.ts";
import { type RecordedPdp } from "./recorded.ts";
import { view } from "./view.tsx";

/** What there is to ask, and for whom. */
export interface World {
  readonly pdpUrl: string;
  /** Asked in place of the one at `pdpUrl`. */
  readonly recorded: RecordedPdp | null;
  /** Resources in one request, for those who gather. */
  readonly chunk: number;
  readonly user: User;
}

/** A way to have the decisions of a page. */
export interface Contender {
  /** On the page before its checks are, and after them. */
  readonly Provider: ComponentType<{ readonly children: ReactNode }>;
  /** The checks: one component each. */
  readonly Checks: ComponentType<{ readonly checks: readonly BenchCheck[] }>;
  /** Settles when checks can be asked. Default: at once. */
  readonly ready?: Promise<void>;
  /** Asks checks again. Absent where there is no way to. */
  readonly askAgain?: (checks: readonly BenchCheck[]) => void;
  /** The user has another token now: of the same organization, or of another one. Absent where nobody is asked. */
  readonly signIn?: (user: User) => void;
  /** Decisions that are cached. Absent where nothing ever leaves the cache. */
  readonly cached?: () => number;
}

/** Each module of a contender has one. */
export type CreateContender = (world: World) => Contender;

/** Whose decisions: the person, in the organization. */
export function ownerOf({ id, attr }: Principal): string {
  return JSON.stringify([id, attr["orgCode"]]);
}

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
