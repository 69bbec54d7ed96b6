import { type AuthzError } from "@kinde-cerbos/core";
import { type SeenRequest } from "@kinde-cerbos/core/internal";

/** One attempt of a request to the PDP. It is another object once it has ended. */
export type Attempt = SeenRequest & {
  readonly id: number;
  /** The provider that has sent it. */
  readonly providerId: number;
  /** 1 for the first attempt of a request, 2 for its first retry. */
  readonly tries: number;
  /** In ms since the epoch. */
  readonly startedAt: number;
  /** In ms since the epoch; `null` as long as there is no answer. */
  readonly endedAt: number | null;
  /** What the PDP answered, unread; `undefined` if there is no answer. */
  readonly answer: unknown;
  readonly error: AuthzError | Error | null;
};

/** What an attempt is about: the same object in each attempt of a request. */
export function askedIn({ request }: SeenRequest): unknown {
  return "resources" in request ? request.resources : request.resource;
}
