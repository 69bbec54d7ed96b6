import { type Session } from "./session.ts";

/** Where tokens come from: Kinde, as far as an authorizer needs it. */
export interface SessionSource {
  /** The token of now; `null` when nobody is signed in. */
  getToken(): string | null | Promise<string | null>;
  /** Gets a newer token from Kinde and returns it; `null`, or a rejection, when there is none to be had. */
  refresh(): Promise<string | null>;
  /** Calls `listener` whenever the token may be another one; returns what ends that. */
  subscribe(listener: () => void): () => void;
  /**
   * Whether the source has a token of this session at this moment. It is called before each request. If it is `false`,
   * nothing is sent, and the checks fail with `session_ended`. Leave it out if the source cannot say at once.
   */
  isCurrent?(session: Session): boolean;
}
