import { type Session, type TokenOrClaims } from "./session.ts";

/** Where tokens come from: Kinde, as far as an authorizer needs it. */
export interface SessionSource {
  /** Returns the present token, or its claims if only a server has it; `null` when nobody is signed in. */
  getToken(): TokenOrClaims | Promise<TokenOrClaims>;
  /** Gets a newer token from Kinde and returns it, or its claims; `null`, or a rejection, if there is none. */
  refresh(): Promise<TokenOrClaims>;
  /**
   * Gets another token in place of one that was refused, as {@link refresh} does, though Kinde returns the refused one
   * until it ends. It may be called twice, as a token can be refused that was issued just then. Default: `refresh`, once.
   */
  replace?(): Promise<TokenOrClaims>;
  /** Calls `listener` whenever the token may be another one; returns what ends that. */
  subscribe(listener: () => void): () => void;
  /**
   * Whether the source has a token of this session at this moment. It is called before each request. If it is `false`,
   * nothing is sent, and the checks fail with `session_ended`. Leave it out if the source cannot say at once.
   */
  isCurrent?(session: Session): boolean;
}
