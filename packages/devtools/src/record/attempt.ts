import { type AuthzError } from "@kinde-cerbos/core";
import { type SeenRequest } from "@kinde-cerbos/core/internal";

/** One attempt to send a request to the PDP. A new object replaces it when it ends. */
export type Attempt = SeenRequest & {
  readonly id: number;
  /** The id of the provider that sent it. */
  readonly providerId: number;
  /** 1 for the first attempt of a request, 2 for its first retry. */
  readonly tries: number;
  /** In ms since the epoch. */
  readonly startedAt: number;
  /** In ms since the epoch; `null` while it is in flight. */
  readonly endedAt: number | null;
  /** The PDP's answer, not parsed; `undefined` if there is none. */
  readonly answer: unknown;
  readonly error: AuthzError | Error | null;
};

/** Returns an object that is the same for all attempts of a request. */
export function requestOf({ request }: SeenRequest): unknown {
  return "resources" in request ? request.resources : request.resource;
}
