import { AuthzError, type Session, type SessionOptions } from "@kinde-cerbos/core";
import { createSessionAtOnce } from "@kinde-cerbos/core/internal";
import { type TokenSnapshot, type TokenSource } from "@kinde-cerbos/react/source";
import { claimsOf, firstOrganization, type TestUser } from "./test-user.ts";

/** Ids of sessions, by their rights. */
const idOf = new Map<string, string>();

function idFor(rights: string): string {
  const id = idOf.get(rights) ?? `test-session-${idOf.size + 1}`;
  idOf.set(rights, id);
  return id;
}

/**
 * A token source without a token: its session is there in the first render.
 *
 * @param user `null` if nobody is signed in, `"loading"` if that is not known yet
 */
export function createUserSource(user: TestUser | null | "loading", options: SessionOptions): TokenSource {
  const listeners = new Set<() => void>();
  let snapshot = snapshotOf(user, user === null || user === "loading" ? "" : firstOrganization(user), options);
  const organizations = (user !== null && user !== "loading" && user.organizations) || [];
  const named = organizations.map(({ code, name = code }) => ({ code, name }));
  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    getSnapshot: () => snapshot,
    refresh: async () => snapshot,
    organizations: () => named,
    async switchOrg(orgCode, { onStart }) {
      if (!named.some(({ code }) => code === orgCode)) {
        throw new AuthzError(
          "switch_not_member",
          `The test user is not a member of "${orgCode}". Add it to organizations of the user.`,
        );
      }
      onStart();
      snapshot = snapshotOf(user, orgCode, options);
      for (const listener of listeners) listener();
    },
  };
}

function snapshotOf(user: TestUser | null | "loading", orgCode: string, options: SessionOptions): TokenSnapshot {
  if (user === "loading") return { status: "loading" };
  const claims = user && claimsOf(user, orgCode);
  const session: Session = createSessionAtOnce(claims, idFor, options);
  return claims ? { status: "signed_in", claims, session } : { status: "signed_out", session };
}
