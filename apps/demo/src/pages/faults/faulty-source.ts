import { type TokenSource, tokenSource } from "@kinde-cerbos/react";
import { KINDE_DOMAIN } from "../../session/kinde-domain.ts";
import { TOKEN_LIFETIME_S } from "./faults.ts";

/** Whose token it is. */
export interface TokenOwner {
  /** The page's own. */
  readonly token: string;
  readonly person: string;
  readonly organization: string | null;
}

const LIFETIMES: { readonly [fault: string]: number } = { "token-ends": TOKEN_LIFETIME_S, "token-expired": -60 };

/** The page's own token; for a fault of the token, one that the local issuer has made for the same user. */
export function createFaultySource({ token, person, organization }: TokenOwner, fault: string): TokenSource {
  const lifetime = LIFETIMES[fault];
  if (lifetime === undefined) return tokenSource({ getToken: () => token });
  let other: Promise<string> | undefined;
  return tokenSource({
    getToken: () => (other ??= tokenWith({ person, organization, lifetime })),
    refresh: () => Promise.reject(new Error("Kinde gives no newer token.")),
  });
}

interface TokenWish extends Omit<TokenOwner, "token"> {
  /** In seconds; negative for one that has expired. */
  readonly lifetime: number;
}

async function tokenWith({ person, organization, lifetime }: TokenWish): Promise<string> {
  const clientId = import.meta.env.VITE_KINDE_CLIENT_ID ?? "kinde-cerbos-demo";
  const body = { client_id: clientId, person, lifetime, ...(organization !== null && { organization }) };
  const response = await fetch(`${KINDE_DOMAIN}/local/tokens`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    credentials: "omit",
  });
  const { access_token: made }: { access_token?: unknown } = await response.json();
  if (typeof made !== "string") throw new Error("Only the local issuer makes tokens that end early.");
  return made;
}
