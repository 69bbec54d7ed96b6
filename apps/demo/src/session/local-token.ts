import { KINDE_CLIENT_ID, KINDE_DOMAIN } from "./kinde-domain.ts";

/** Whose token to make, and how. */
export interface TokenWish {
  /** Kinde user id. */
  readonly person: string;
  /** Kinde organization code. Default: the person's first. */
  readonly organization?: string | undefined;
  /** In seconds; negative for a token that has expired. Default: the application's. */
  readonly lifetime?: number | undefined;
  /** Default: this page's. */
  readonly clientId?: string | undefined;
}

/**
 * Has the local Kinde make an access token for anybody. A real Kinde never does that.
 *
 * @throws Error in words for a developer
 */
export async function localToken({ clientId = KINDE_CLIENT_ID, ...wish }: TokenWish): Promise<string> {
  const response = await fetch(`${KINDE_DOMAIN}/local/tokens`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ client_id: clientId, ...wish }),
    credentials: "omit",
  });
  const { access_token: token }: { readonly access_token?: unknown } = await response.json();
  if (typeof token !== "string") throw new Error("The issuer returned no token: only the local Kinde creates tokens.");
  return token;
}
