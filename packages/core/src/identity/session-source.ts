/** Where tokens come from: Kinde, as far as an authorizer needs it. */
export interface SessionSource {
  /** The token of now; `null` when nobody is signed in. */
  getToken(): string | null | Promise<string | null>;
  /** Gets a newer token from Kinde and returns it; `null`, or a rejection, when there is none to be had. */
  refresh(): Promise<string | null>;
  /** Calls `listener` whenever the token may be another one; returns what ends that. */
  subscribe(listener: () => void): () => void;
}
