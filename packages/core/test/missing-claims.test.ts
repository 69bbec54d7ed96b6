import { missingClaimsHint, readClaims } from "@kinde-cerbos/core";
import { describe, expect, it } from "vitest";

const all = { sub: "kp_alice", roles: [], permissions: [], feature_flags: {} };

describe("missingClaimsHint", () => {
  it("has nothing to say where they are all there, empty or by Hasura's names", () => {
    expect(missingClaimsHint(readClaims(all))).toBeNull();
    const hasura = { "x-hasura-roles": [], "x-hasura-permissions": [], "x-hasura-feature-flags": {} };
    expect(missingClaimsHint(readClaims({ sub: "kp_alice", ...hasura }))).toBeNull();
  });

  it.each(["roles", "permissions", "feature_flags"])("names %s alone where the rest is there", (claim) => {
    const hint = missingClaimsHint(readClaims({ ...all, [claim]: undefined }));
    expect(hint).toContain(`has no ${claim}, so`);
    expect(hint).toContain("Settings > Applications > your application > Tokens > Token customization");
  });

  it("names all that are missing", () => {
    expect(missingClaimsHint({ sub: "kp_alice" })).toContain("has no roles, no permissions, no feature_flags, so");
  });
});
