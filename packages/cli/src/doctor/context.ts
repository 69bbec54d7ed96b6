import { type IssuerKey } from "./jwks.ts";
import { type PdpProbe } from "./pdp.ts";
import { type Target } from "./target.ts";

/** The PDP to examine, and what is known about the issuer and its tokens. */
export interface Context {
  readonly probe: PdpProbe;
  readonly target: Target;
  readonly issuer: string;
  /** The client id of the application that tokens should be for. */
  readonly clientId: string | undefined;
  /** The API that tokens should be for. */
  readonly audience: string | undefined;
  /** The issuer's keys; `undefined` if they could not be read. */
  readonly keys: readonly IssuerKey[] | undefined;
  /** The time, in ms since the epoch. */
  readonly now: number;
}
