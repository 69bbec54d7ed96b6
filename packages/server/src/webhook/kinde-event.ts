import { type Fields, fieldsOf, isFields, isName } from "@kinde-cerbos/core/internal";
import { type JWTPayload } from "jose";
import { Refusal } from "../refusal.ts";

/** An event of a Kinde webhook, after its signature was verified. */
export interface KindeEvent {
  /** The type of the event, such as `user.updated`. */
  readonly type: string;
  /** Kinde's id of the event, the same for each attempt to deliver it. */
  readonly id: string;
  /** When it happened, in ms since the epoch. */
  readonly at: number;
  /** What it is about, as Kinde sends it: its shape depends on the type. */
  readonly data: Fields;
}

/** Claims that Kinde's tokens of users and machines have, and its events do not. */
const TOKEN_CLAIMS = ["sub", "aud", "azp", "scp", "nonce", "at_hash", "gty"];

/**
 * The event in a payload whose signature was verified. Kinde signs tokens with the same keys, so anything that may be a
 * token is refused. An event of Kinde's has no `iss`; one that has must be of this issuer.
 *
 * @throws Refusal `token_claims`, `token_issuer`
 */
export function readEvent(payload: JWTPayload, issuer: string): KindeEvent {
  const { type, event_id: id, timestamp, data } = fieldsOf(payload);
  const at = typeof timestamp === "string" ? Date.parse(timestamp) : Number.NaN;
  const isToken = TOKEN_CLAIMS.some((claim) => claim in payload);
  if (isToken || !isName(type) || !isName(id) || Number.isNaN(at) || !isFields(data)) {
    throw new Refusal("token_claims", "This is not an event of a Kinde webhook.");
  }
  if (payload.iss !== undefined && payload.iss !== issuer) {
    throw new Refusal("token_issuer", "The event is from another issuer. Is the issuer option your Kinde domain?");
  }
  return { type, id, at, data };
}
