// Revokes the tokens of users that Kinde reports as changed or deleted, by Kinde's webhooks.
import { type IdentityOptions } from "@kinde-cerbos/server";
import { createRemoteJWKSet, jwtVerify } from "jose";

/** `GET /api/v1/event_types` of Kinde's management API lists all types: add those that should revoke tokens. */
const EVENTS = new Set(["user.deleted", "user.updated"]);
/** As long as Kinde's access tokens last, in ms: 24 hours, unless you changed it. */
const TOKEN_MS = 86_400_000;

/** The fields of an event that are read. Any of them may be missing. */
interface KindeEvent {
  readonly type?: unknown;
  readonly timestamp?: unknown;
  readonly data?: { readonly user?: { readonly id?: unknown } };
}

interface Revocations extends Required<Pick<IdentityOptions, "isRevoked">> {
  /** Mount it at the address that Kinde's webhook has. */
  readonly webhook: (request: Request) => Promise<Response>;
}

/** In the memory of one process. With several, keep `revokedAt` where all of them see it. */
export function createRevocations(issuer: string): Revocations {
  const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks`));
  /** When each user's tokens were revoked, in ms since the epoch. */
  const revokedAt = new Map<string, number>();
  return {
    isRevoked: ({ sub, iat = 0 }) => iat * 1000 <= (revokedAt.get(sub) ?? -Infinity),
    async webhook(request) {
      // Kinde sends the event as a JWT. Anyone can send one: only the signature proves that it is Kinde's.
      const verified = await jwtVerify<KindeEvent>(await request.text(), keys, { algorithms: ["RS256"] }).catch(
        () => null,
      );
      if (!verified) return new Response("This is not an event that Kinde has signed.", { status: 401 });
      const { type, timestamp, data } = verified.payload;
      const id = data?.user?.id;
      const at = typeof timestamp === "string" ? Date.parse(timestamp) : Number.NaN;
      // An access token is signed with the same keys, and has none of this.
      if (typeof type !== "string" || typeof id !== "string" || Number.isNaN(at)) {
        return new Response("This is not an event about a user.", { status: 400 });
      }
      // A repeated event revokes no more than it did the first time.
      if (EVENTS.has(type)) revokedAt.set(id, Math.max(at, revokedAt.get(id) ?? at));
      for (const [user, before] of revokedAt) if (before < Date.now() - TOKEN_MS) revokedAt.delete(user);
      return new Response("ok");
    },
  };
}
