import { type Authorizer } from "@kinde-cerbos/core";
import { type TokenClock } from "../sources/token-clock.ts";

const clocks = new WeakMap<Authorizer, () => TokenClock>();

/** The clock that an authorizer's tokens are compared with. */
export function setAuthorizerClock(authorizer: Authorizer, clock: () => TokenClock): void {
  clocks.set(authorizer, clock);
}

/** When an authorizer's token ends by this machine's clock, in ms since the epoch; `null` if never. */
export function authorizerEnd(authorizer: Authorizer): number | null {
  const clock = clocks.get(authorizer);
  return clock ? clock().endOf(authorizer.session) : authorizer.session.expiresAt;
}
