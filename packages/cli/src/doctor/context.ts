import { type IssuerKey } from "./jwks.ts";
import { type PdpProbe } from "./pdp.ts";
import { type Target } from "./target.ts";

/** Who is asked, and what is known of the issuer. */
export interface Context {
  readonly probe: PdpProbe;
  readonly target: Target;
  readonly issuer: string;
  /** The issuer's keys; undefined where they could not be read. */
  readonly keys: readonly IssuerKey[] | undefined;
  /** Now, ms. */
  readonly now: number;
}
