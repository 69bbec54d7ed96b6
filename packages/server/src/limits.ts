import { requireKnownOptions } from "./option-names.ts";
import { requireIntegers } from "./option.ts";
import { type BodyLimits } from "./read-body.ts";

/** Limits of one request. The gateway refuses larger requests before it calls the PDP. */
export interface GatewayLimits extends BodyLimits {
  /** Largest body, in bytes, 1 to 16777216. Default: 262144, which is 256 KB. */
  readonly bodyBytes: number;
  /** How long a body may take to arrive, in ms. 1 to 600000. Default: 10000. */
  readonly bodyTimeoutMs: number;
  /** Most resources in a request, 1 to 500. Default: 500. */
  readonly resources: number;
  /** Most actions of a resource or a plan, 1 to 500. Default: 50, the PDP's own limit. */
  readonly actions: number;
  /** Most levels of nested attributes, 1 to 64; `{ owner: { id: "1" } }` has two. Default: 16. */
  readonly attributeDepth: number;
  /** Longest text in characters: of attributes, ids, kinds and actions. 1 to 1048576. Default: 8192. */
  readonly textLength: number;
  /** Most requests that wait for the PDP at the same time, 1 to 100000. One more is refused with 429. Default: 200. */
  readonly inFlight: number;
  /**
   * Most requests of one user or anonymous client that wait for the PDP, 1 to 100000. One more is refused with 429.
   * Default: a quarter of `inFlight`.
   */
  readonly inFlightPerSubject: number;
}

const DEFAULTS: Omit<GatewayLimits, "inFlightPerSubject"> = {
  bodyBytes: 262_144,
  bodyTimeoutMs: 10_000,
  resources: 500,
  actions: 50,
  attributeDepth: 16,
  textLength: 8192,
  inFlight: 200,
};

/** @throws AuthzError `invalid_option` for an unknown name, and for a value that is not an integer in its range */
export function limitsOf(options: Partial<GatewayLimits> = {}): GatewayLimits {
  requireKnownOptions(options, { ...DEFAULTS, inFlightPerSubject: true }, "limits");
  const { inFlight = DEFAULTS.inFlight } = options;
  const limits = { ...DEFAULTS, inFlightPerSubject: Math.ceil(inFlight / 4), ...options };
  requireIntegers(limits, {
    bodyBytes: [1, 16_777_216],
    bodyTimeoutMs: [1, 600_000],
    resources: [1, 500],
    actions: [1, 500],
    attributeDepth: [1, 64],
    textLength: [1, 1_048_576],
    inFlight: [1, 100_000],
    inFlightPerSubject: [1, 100_000],
  });
  return limits;
}
