import { danger, ok, skipped, type Verdict, warning } from "./finding.ts";
import { type PdpProbe } from "./pdp.ts";

/** What answers at the URL. */
export interface Target {
  readonly kind: "pdp" | "gateway" | "unknown";
  /** What it says it is; undefined where it does not say. */
  readonly version: string | undefined;
  readonly verdict: Verdict;
}

/** The first version without the cache of verified tokens that is keyed by the signature alone. */
const WITHOUT_TOKEN_CACHE = [0, 53] as const;

/** A JWT by its looks, and by nothing else: `{}` in each of its parts. */
const NO_TOKEN = "e30.e30.e30";

/** Finds out what answers: a gateway refuses a token in another way than a PDP does. */
export async function findTarget(probe: PdpProbe): Promise<Target> {
  const outcome = await probe.ask({ token: NO_TOKEN, principal: "kinde-cerbos-doctor" });
  if (outcome.is === "unclear") {
    const verdict = danger(
      `It does not answer as a PDP: ${outcome.seen}.`,
      "Is it running, and is --pdp its base URL, below which /api/check/resources is? A PDP that cannot read its JWKS does not start.",
    );
    return { kind: "unknown", version: undefined, verdict };
  }
  const version = await probe.version();
  if (outcome.is === "refusal" && outcome.status === 401) {
    const verdict = ok("It is a gateway: it refuses tokens with 401. The PDP behind it is seen through it only.");
    return { kind: "gateway", version, verdict };
  }
  return { kind: "pdp", version, verdict: ok("It is a PDP.") };
}

/** The verdict on the version, knowing whether the flaw of old versions was found to be closed. */
export function versionVerdict({ kind, version }: Target, tokenCache: Verdict): Verdict {
  if (kind === "unknown") return skipped("The PDP did not answer.", "See pdp-reachable.");
  if (version === undefined) {
    return skipped(
      "What answers does not tell the PDP's version.",
      "Run the doctor where it reaches the PDP itself, or look at /api/server_info there: before 0.53 its token cache must be off.",
    );
  }
  if (!isOlder(version)) return ok(`Cerbos ${version}.`);
  if (kind === "gateway") {
    return skipped(
      `Cerbos ${version}, behind a gateway. Before 0.53 it believes forged tokens unless its token cache is off.`,
      "See to it that nothing but the gateway reaches the PDP, or run the doctor on the PDP itself.",
    );
  }
  if (tokenCache.state === "ok") {
    return ok(`Cerbos ${version}. Before 0.53 it believes forged tokens unless its token cache is off: here it is off.`);
  }
  return warning(
    `Cerbos ${version}. Before 0.53 it believes forged tokens unless its token cache is off, and here it was not seen to be.`,
    "Use Cerbos 0.53 or newer, or set auxData.jwt.cacheSize: -1.",
  );
}

function isOlder(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [firstMajor, firstMinor] = WITHOUT_TOKEN_CACHE;
  return major < firstMajor || (major === firstMajor && minor < firstMinor);
}
