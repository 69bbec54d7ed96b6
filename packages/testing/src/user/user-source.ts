import { AuthzError, type Session, type SessionOptions } from "@kinde-cerbos/core";
import { createSessionAtOnce } from "@kinde-cerbos/core/internal";
import { type Organization, type TokenSnapshot, type TokenSource } from "@kinde-cerbos/react/source";
import { claimsOf, firstOrganization, requireUser, type TestUser } from "./test-user.ts";

/** The signed-in user. `null` means signed out; `"loading"` means that the session is still loading. */
export type SignedIn = TestUser | null | "loading";

/** Session ids, by the user's rights as text. */
const idOf = new Map<string, string>();

function idFor(rights: string): string {
  const id = idOf.get(rights) ?? `test-session-${idOf.size + 1}`;
  idOf.set(rights, id);
  return id;
}

/** A token source without a token. Its session is available synchronously, in the first render. */
export class UserSource implements TokenSource {
  #user: SignedIn = "loading";
  #options: SessionOptions = {};
  #orgCode = "";
  #snapshot: TokenSnapshot = { status: "loading" };
  #organizations: readonly Organization[] = [];
  readonly #listeners = new Set<() => void>();

  /**
   * Changes the user, or the user's rights. The same user stays in the organization that they switched to.
   *
   * @throws AuthzError `invalid_option` if the user has the wrong type
   */
  setUser(user: SignedIn, options: SessionOptions): void {
    requireUser(user);
    const before = idIn(this.#user);
    const isListed = isUser(user) && user.organizations?.some(({ code }) => code === this.#orgCode);
    const keepsOrg = before !== null && before === idIn(user) && isListed === true;
    if (isUser(user) && !keepsOrg) this.#orgCode = firstOrganization(user);
    this.#user = user;
    this.#options = options;
    this.#organizations = ((isUser(user) && user.organizations) || []).map(({ code, name = code }) => ({ code, name }));
    this.#update();
  }

  /** Notifies subscribers. Do not call it in a render. */
  notify(): void {
    for (const listener of this.#listeners) listener();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly getSnapshot = (): TokenSnapshot => this.#snapshot;

  readonly refresh = async (): Promise<TokenSnapshot> => this.#snapshot;

  readonly organizations = (): readonly Organization[] => this.#organizations;

  readonly switchOrg: NonNullable<TokenSource["switchOrg"]> = async (orgCode, { onStart }) => {
    if (!this.#organizations.some(({ code }) => code === orgCode)) {
      throw new AuthzError(
        "switch_not_member",
        `The test user is not a member of "${orgCode}". Add it to the user's organizations.`,
      );
    }
    onStart();
    this.#orgCode = orgCode;
    this.#update();
    this.notify();
  };

  #update(): void {
    const user = this.#user;
    if (user === "loading") {
      this.#snapshot = { status: "loading" };
      return;
    }
    const claims = user && claimsOf(user, this.#orgCode);
    const session: Session = createSessionAtOnce(claims, idFor, this.#options);
    this.#snapshot = claims ? { status: "signed_in", claims, session } : { status: "signed_out", session };
  }
}

function isUser(user: SignedIn): user is TestUser {
  return user !== null && user !== "loading";
}

function idIn(user: SignedIn): string | null {
  return isUser(user) ? (user.id ?? "") : null;
}
