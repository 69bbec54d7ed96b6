import { AuthzError } from "@kinde-cerbos/core";

/** A switch of the organization among those of the page. */
interface Turn {
  /** Aborted by a later switch, with the error to throw. */
  readonly signal: AbortSignal;
  /** Whether another one is under way. */
  readonly isLater: boolean;
  readonly end: () => void;
}

let newest: AbortController | null = null;
let underWay = 0;

/** Begins a switch. An earlier one ends, as far as Kinde has not answered it. */
export function takeSwitchLock(): Turn {
  newest?.abort(new AuthzError("aborted", "A later switch replaced this one."));
  newest = new AbortController();
  underWay += 1;
  return {
    signal: newest.signal,
    isLater: underWay > 1,
    end: () => {
      underWay -= 1;
    },
  };
}
