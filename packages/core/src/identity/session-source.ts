import { type Session, type TokenOrClaims } from "./session.ts";

/** Where an authorizer gets tokens. */
export interface SessionSource {
  /** Returns the current token, or its claims if only a server has the token; `null` if nobody is signed in. */
  getToken(): TokenOrClaims | Promise<TokenOrClaims>;
  /** Gets a newer token and returns it, or its claims. If there is none, it returns `null` or rejects. */
  refresh(): Promise<TokenOrClaims>;
  /**
   * Gets a new token after the PDP refused the current one, which Kinde's refresh would return until it expires. It is
   * called up to twice for a request, because the PDP may refuse the new token, too. Default: `refresh`, once.
   */
  replace?(): Promise<TokenOrClaims>;
  /** Calls `listener` whenever the token may have changed. Returns a function that unsubscribes. */
  subscribe(listener: () => void): () => void;
  /**
   * Returns whether the source currently has a token of this session. It is called before each request. If it returns
   * `false`, nothing is sent and the checks fail with `session_ended`. Leave it out if the source cannot tell
   * synchronously.
   */
  isCurrent?(session: Session): boolean;
}
