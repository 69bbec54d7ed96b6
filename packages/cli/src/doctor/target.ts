import { danger, ok, skipped, type Verdict, warning } from "./finding.ts";
import { type PdpProbe } from "./pdp.ts";

/** The server that answers at `--pdp`. */
export interface Target {
  readonly kind: "pdp" | "gateway" | "unknown";
  /** The version it reports; `undefined` if it reports none. */
  readonly version: string | undefined;
  readonly verdict: Verdict;
}

/** The first version without the cache of verified tokens whose key is the signature alone. */
const WITHOUT_TOKEN_CACHE = [0, 53] as const;

/** A text with the form of a JWT, with `{}` in each part. */
const NO_TOKEN = "e30.e30.e30";

/** Finds out what answers. A gateway refuses a token with another status than a PDP. */
export async function findTarget(probe: PdpProbe): Promise<Target> {
  const outcome = await probe.check({ token: NO_TOKEN, principal: "kinde-cerbos-doctor" });
  if (outcome.is === "unclear") {
    const verdict = danger(
      `Nothing at --pdp answers like a PDP: ${outcome.seen}.`,
      "Check that the PDP is running, and that --pdp is its base URL, without /api/check/resources. A PDP that " +
        "cannot read its JWKS does not start: see its log.",
    );
    return { kind: "unknown", version: undefined, verdict };
  }
  const version = await probe.version();
  if (outcome.is === "refusal" && outcome.status === 401) {
    const verdict = ok(
      "It is a gateway: it refuses tokens with 401. The doctor sees the PDP behind it only through the gateway.",
    );
    return { kind: "gateway", version, verdict };
  }
  return { kind: "pdp", version, verdict: ok("It answers like a PDP.") };
}

/** Returns the verdict on the version. For old versions, it depends on the verdict on the token cache. */
export function versionVerdict({ kind, version }: Target, tokenCache: Verdict): Verdict {
  if (kind === "unknown") return skipped("The PDP did not answer.", "See pdp-reachable.");
  if (version === undefined) {
    return skipped(
      "It does not report its version.",
      "Run the doctor where it reaches the PDP itself, or open /api/server_info there. Before 0.53, the token cache " +
        "must be off.",
    );
  }
  if (!isOlder(version)) return ok(`Cerbos ${version}.`);
  if (kind === "gateway") {
    return skipped(
      `Cerbos ${version}, behind a gateway. Before 0.53, Cerbos accepts forged tokens unless its token cache is off.`,
      "Make sure that only the gateway reaches the PDP, or run the doctor on the PDP itself.",
    );
  }
  if (tokenCache.state === "ok") {
    return ok(
      `Cerbos ${version}. Before 0.53, Cerbos accepts forged tokens unless its token cache is off. Here it is off.`,
    );
  }
  return warning(
    `Cerbos ${version}. Before 0.53, Cerbos accepts forged tokens unless its token cache is off. The doctor did not ` +
      "see that it is off.",
    "Use Cerbos 0.55 or newer, or set auxData.jwt.cacheSize: -1 in its configuration.",
  );
}

function isOlder(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [firstMajor, firstMinor] = WITHOUT_TOKEN_CACHE;
  return major < firstMajor || (major === firstMajor && minor < firstMinor);
}
