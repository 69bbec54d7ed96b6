import { isFields } from "@kinde-cerbos/core/internal";
import { getActiveStorage } from "@kinde-oss/kinde-auth-react/utils";
import { TokenClock } from "../token-clock.ts";
import { arrival, stateIn } from "./redirect-state.ts";

/** By storage, which is all that tells one Kinde of a page from another. */
const clocks = new WeakMap<object, TokenClock>();
const NO_STORAGE = {};

/** The clock of the page's Kinde. */
export function kindeClock(): TokenClock {
  const storage: object = getActiveStorage() ?? NO_STORAGE;
  const clock = clocks.get(storage) ?? new TokenClock({ newSince: signInSince, isStrict: true });
  clocks.set(storage, clock);
  return clock;
}

/** The code that Kinde has sent the page back with. An app may have other codes in its addresses, with old tokens. */
const CODE = codeIn(arrival);

/**
 * When the page began to load, if its token was issued for a code that it came with: Kinde's SDK takes such a code out
 * of the address.
 */
function signInSince(): number | null {
  return CODE !== null && codeIn(window.location.search) !== CODE ? performance.timeOrigin : null;
}

function codeIn(query: string): string | null {
  return isFields(stateIn(query)?.["kinde"]) ? new URLSearchParams(query).get("code") : null;
}
