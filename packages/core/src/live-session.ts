import { AuthzError } from "./errors.ts";
import { inTime } from "./in-time.ts";
import { withoutTokens } from "./redact.ts";
import { isSession, renewSession, type Session } from "./session.ts";
import { type SessionSource } from "./session-source.ts";
import { type Timing } from "./timing.ts";

/** What a live session needs of its surroundings. */
export interface LiveSessionOptions {
  readonly session: Session;
  /** Without one, a token that ends is the end. */
  readonly source: SessionSource | undefined;
  /** A token that ends within this long is refreshed before it is used, in ms. */
  readonly refreshBeforeMs: number;
  /** A refresh without an end fails after this long, in ms. */
  readonly timeoutMs: number;
  readonly timing: Timing;
  /** Called once the source has a token of another session. */
  readonly onEnd: () => void;
}

/** A session with a token that is good to use: one refresh at a time, for all who wait. */
export class LiveSession {
  readonly #options: LiveSessionOptions;
  #session: Session;
  /** How far Kinde's clock is ahead of this machine's, in ms. */
  #skewMs: number;
  #refreshing: Promise<Session> | null = null;
  /** Ends the following of the source; `null` until it has begun. */
  #unfollow: (() => void) | null = null;
  readonly #disposal = new AbortController();

  constructor(options: LiveSessionOptions) {
    this.#options = options;
    this.#session = options.session;
    // A token from the future was issued by a clock that is ahead of ours. One from the past is only old.
    this.#skewMs = Math.max(0, this.#sinceIssue() ?? 0);
  }

  get current(): Session {
    return this.#session;
  }

  /** A session to ask with: at once where its token is good for a while, else after a refresh. */
  fresh(): Session | Promise<Session> {
    this.#follow();
    const left = this.#msLeft();
    if (left > this.#options.refreshBeforeMs) return this.#session;
    if (!this.#options.source) {
      if (left > 0) return this.#session;
      throw expired(this.#session);
    }
    // Refreshed early, so that a refresh that fails now may still pass later.
    return this.refresh().catch((error: unknown) => {
      if (this.#msLeft() > 0 && error instanceof AuthzError && error.code === "session_expired") return this.#session;
      throw error;
    });
  }

  /**
   * A newer token, for all who ask while it is under way.
   *
   * @throws AuthzError `session_expired` if there is none, `session_ended` if it is another session's
   */
  refresh(): Promise<Session> {
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  /** @throws AuthzError `session_ended` if it is another session */
  renew(session: Session): void {
    if (!isSession(session) || session.id !== this.#session.id) throw ended();
    if (session.token === this.#session.token) return;
    this.#session = session;
    // It was issued just now, so the clocks can be compared.
    this.#skewMs = this.#sinceIssue() ?? this.#skewMs;
  }

  /** Ends it: a refresh under way fails, and the source is followed no more. */
  dispose(): void {
    this.#disposal.abort();
    this.#unfollow?.();
    this.#unfollow = () => {};
  }

  async #refresh(): Promise<Session> {
    const { source, timing, timeoutMs } = this.#options;
    const { signal } = this.#disposal;
    let token: string | null;
    try {
      token = await inTime(async () => source?.refresh() ?? null, { signal, timeoutMs, timing });
    } catch (cause) {
      throw noNewerToken({ cause: withoutTokens(cause) });
    }
    if (token === null) throw noNewerToken();
    this.#take(token);
    if (this.#msLeft() <= 0) throw expired(this.#session);
    return this.#session;
  }

  /** Learns of tokens that come without being asked for. From the first check on: until then nobody waits. */
  #follow(): void {
    const { source } = this.#options;
    if (!source || this.#unfollow) return;
    // Set before the call: a source that calls its listener at once comes here again.
    this.#unfollow = () => {};
    const unfollow: unknown = source.subscribe(() => void this.#takeCurrent(source));
    if (typeof unfollow === "function") this.#unfollow = () => void unfollow();
  }

  async #takeCurrent(source: SessionSource): Promise<void> {
    try {
      const token = await source.getToken();
      if (!this.#disposal.signal.aborted) this.#take(token);
    } catch {
      // A source that cannot say has no other token: the one there is goes on to its end.
    }
  }

  /** Goes on with a token of this session; one of another, or none that can be read, is the end. */
  #take(token: string | null): void {
    let session: Session | null = null;
    try {
      session = renewSession(this.#session, token);
    } finally {
      if (!session) this.#options.onEnd();
    }
    if (!session) throw ended();
    this.renew(session);
  }

  #msLeft(): number {
    const { expiresAt } = this.#session;
    return expiresAt === null ? Infinity : expiresAt - (this.#options.timing.now() + this.#skewMs);
  }

  #sinceIssue(): number | null {
    const iat = this.#session.claims?.iat;
    return iat === undefined ? null : iat * 1000 - this.#options.timing.now();
  }
}

function noNewerToken(options?: ErrorOptions): AuthzError {
  return new AuthzError(
    "session_expired",
    "The Kinde token is over or refused, and refreshing it gave no newer one. Sign in again.",
    options,
  );
}

function expired({ expiresAt }: Session): AuthzError {
  const when = expiresAt === null ? "is over" : `ended at ${new Date(expiresAt).toISOString()}`;
  return new AuthzError(
    "session_expired",
    `The Kinde token ${when}. Refresh it or sign in again; if it is newer than that, this machine's clock is off.`,
  );
}

function ended(): AuthzError {
  return new AuthzError(
    "session_ended",
    "An authorizer serves one session. Make another one for another user, organization or set of rights.",
  );
}
