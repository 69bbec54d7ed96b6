import { tokenSource, type TokenSource } from "@kinde-cerbos/react/source";
import { tokenFor, type TokenRequest } from "./local-issuer.ts";

/**
 * Creates a token source for another user. A refresh requests another token. The tokens are only in this closure, other
 * tabs are not notified, and organizations cannot be switched.
 *
 * @throws LocalIssuerError if the issuer does not return a first token
 */
export async function viewAsSource(issuer: unknown, request: TokenRequest): Promise<TokenSource> {
  let token = await tokenFor(issuer, request);
  return tokenSource({
    getToken: () => token,
    refresh: async () => (token = await tokenFor(issuer, request)),
  });
}
