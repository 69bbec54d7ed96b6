import { requireKnownOptions } from "./option-names.ts";
import { requireIntegers } from "./option.ts";
import { type BodyLimits } from "./read-body.ts";

/** What the gateway takes of one request. Whatever is beyond is refused before the PDP is asked. */
export interface GatewayLimits extends BodyLimits {
  /** Bytes of a body. Default: 262144, which is 256 KB. */
  readonly bodyBytes: number;
  /** A body that is not there after so long is given up, in ms. Default: 10000. */
  readonly bodyTimeoutMs: number;
  /** Resources in a request, 1 to 500. Default: 500. */
  readonly resources: number;
  /** Actions of a resource, or of a plan, 1 to 500. Default: 50, which is the PDP's own limit. */
  readonly actions: number;
  /** Levels of attributes; `{ owner: { id: "1" } }` has two. 1 to 64. Default: 16. */
  readonly attributeDepth: number;
  /** Characters of a text or a name: of attributes, ids, kinds, actions. Default: 8192. */
  readonly textLength: number;
  /** Requests that wait for the PDP at one time; one more is refused with 429. Default: 200. */
  readonly inFlight: number;
  /** Of these, how many one subject may have; one more is refused with 429. Default: a quarter of `inFlight`. */
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
