import { expect, test } from "vitest";
import { danger, ok, skipped, type Verdict } from "../src/doctor/finding.ts";
import { versionVerdict } from "../src/doctor/target.ts";
import { type State } from "../src/doctor/titles.ts";

const IS_OFF = ok("Refused.");
const IS_ON = danger("Accepted.", "Turn it off.");
const NOT_TRIED = skipped("No token.", "Give one.");

// What is said of each version, beside those that the other tests start.
test.each<{ kind?: "pdp" | "gateway" | "unknown"; version?: string; tokenCache: Verdict; state: State }>([
  { version: "0.51.0", tokenCache: IS_OFF, state: "ok" },
  { version: "0.51.0", tokenCache: IS_ON, state: "warning" },
  { version: "0.51.0", tokenCache: NOT_TRIED, state: "warning" },
  { version: "0.52.9", tokenCache: NOT_TRIED, state: "warning" },
  { version: "0.53.0", tokenCache: NOT_TRIED, state: "ok" },
  { version: "0.100.0", tokenCache: NOT_TRIED, state: "ok" },
  { version: "1.0.0", tokenCache: NOT_TRIED, state: "ok" },
  { tokenCache: IS_OFF, state: "skipped" },
  // What was refused, the gateway has refused.
  { kind: "gateway", version: "0.51.0", tokenCache: IS_OFF, state: "skipped" },
  { kind: "gateway", version: "0.53.0", tokenCache: IS_OFF, state: "ok" },
  { kind: "unknown", tokenCache: NOT_TRIED, state: "skipped" },
])(
  "Cerbos $version ($kind), the token cache being $tokenCache.state: $state",
  ({ kind = "pdp", version, tokenCache, state }) => {
    expect(versionVerdict({ kind, version, verdict: ok("It is there.") }, tokenCache).state).toBe(state);
  },
);
