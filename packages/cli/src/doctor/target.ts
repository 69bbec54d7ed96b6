import { danger, ok, skipped, type Verdict, warning } from "./finding.ts";
import { type PdpProbe } from "./pdp.ts";

/** What answers at the URL. */
export interface Target {
  readonly kind: "pdp" | "gateway" | "unknown";
  /** What it says it is; undefined if it does not say. */
  readonly version: string | undefined;
  readonly verdict: Verdict;
}

/** The first version without the cache of verified tokens that is keyed by the signature alone. */
const WITHOUT_TOKEN_CACHE = [0, 53] as const;

/** A JWT by its form alone: `{}` in each of its parts. */
const NO_TOKEN = "e30.e30.e30";

/** Finds out what answers: a gateway refuses a token in another way than a PDP does. */
export async function findTarget(probe: PdpProbe): Promise<Target> {
  const outcome = await probe.ask({ token: NO_TOKEN, principal: "kinde-cerbos-doctor" });
  if (outcome.is === "unclear") {
    const verdict = danger(
      `Nothing at --pdp answers as a PDP does: ${outcome.seen}.`,
      "Is the PDP running, and is --pdp its base URL, without /api/check/resources? A PDP that cannot read " +
        "its JWKS does not start: see its log.",
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
  return { kind: "pdp", version, verdict: ok("It answers as a PDP does.") };
}

/** The verdict on the version, knowing whether the flaw of old versions was found to be closed. */
export function versionVerdict({ kind, version }: Target, tokenCache: Verdict): Verdict {
  if (kind === "unknown") return skipped("The PDP did not answer.", "See pdp-reachable.");
  if (version === undefined) {
    return skipped(
      "It does not tell its version.",
      "Run the doctor where it reaches the PDP itself, or look at /api/server_info there. Before 0.53, the " +
        "token cache must be off.",
    );
  }
  if (!isOlder(version)) return ok(`Cerbos ${version}.`);
  if (kind === "gateway") {
    return skipped(
      `Cerbos ${version}, behind a gateway. Before 0.53, Cerbos accepts forged tokens unless its token cache is off.`,
      "Make sure that nothing but the gateway reaches the PDP, or run the doctor on the PDP itself.",
    );
  }
  if (tokenCache.state === "ok") {
    return ok(
      `Cerbos ${version}. Before 0.53, Cerbos accepts forged tokens unless its token cache is off. Here it is off.`,
    );
  }
  return warning(
    `Cerbos ${version}. Before 0.53, Cerbos accepts forged tokens unless its token cache is off, and it was ` +
      "not seen to be off.",
    "Use Cerbos 0.55 or newer, or set auxData.jwt.cacheSize: -1 in its configuration.",
  );
}

function isOlder(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [firstMajor, firstMinor] = WITHOUT_TOKEN_CACHE;
  return major < firstMajor || (major === firstMajor && minor < firstMinor);
}
