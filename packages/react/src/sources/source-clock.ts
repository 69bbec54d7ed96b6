import { TokenClock } from "./token-clock.ts";
import { type TokenSource } from "./token-source.ts";

const clocks = new WeakMap<TokenSource, TokenClock>();

/** The clock of a source's issuer: what its tokens have told so far. */
export function clockOf(source: TokenSource): TokenClock {
  const clock = clocks.get(source) ?? new TokenClock();
  clocks.set(source, clock);
  return clock;
}

/** For a source that is another object in each render, and one of many with the same tokens. */
export function setClock(source: TokenSource, clock: TokenClock): void {
  clocks.set(source, clock);
}
