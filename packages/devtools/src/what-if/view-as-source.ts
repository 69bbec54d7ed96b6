import { tokenSource, type TokenSource } from "@kinde-cerbos/react/source";
import { tokenFor, type TokenRequest } from "./local-issuer.ts";

/**
 * A source of tokens of another user. A refresh requests another token. The tokens are in this closure only. Other tabs
 * are told nothing, and organizations cannot be switched.
 *
 * @throws LocalIssuerError if there is no first token
 */
export async function viewAsSource(issuer: unknown, request: TokenRequest): Promise<TokenSource> {
  let token = await tokenFor(issuer, request);
  return tokenSource({
    getToken: () => token,
    refresh: async () => (token = await tokenFor(issuer, request)),
  });
}
