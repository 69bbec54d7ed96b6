import { type TokenSource, tokenSource } from "@kinde-cerbos/react";
import { localToken } from "../../session/local-token.ts";
import { TOKEN_LIFETIME_S } from "./faults.ts";

/** Whose token it is. */
export interface TokenOwner {
  /** The page's own. */
  readonly token: string;
  readonly person: string;
  readonly organization: string | null;
}

const LIFETIMES: { readonly [fault: string]: number } = { "token-ends": TOKEN_LIFETIME_S, "token-expired": -60 };

/** The page's own token; for a fault of the token, one that the local Kinde has made for the same user. */
export function createFaultySource({ token, person, organization }: TokenOwner, fault: string): TokenSource {
  const lifetime = LIFETIMES[fault];
  if (lifetime === undefined) return tokenSource({ getToken: () => token });
  let other: Promise<string> | undefined;
  return tokenSource({
    getToken: () => (other ??= localToken({ person, organization: organization ?? undefined, lifetime })),
    refresh: () => Promise.reject(new Error("Kinde issues no newer token.")),
  });
}
