import { missingClaimsHint, readClaims } from "@kinde-cerbos/core";
import { describe, expect, it } from "vitest";

const all = { sub: "kp_alice", roles: [], permissions: [], feature_flags: {} };

describe("missingClaimsHint", () => {
  it("has nothing to say where they are all there, empty or by Hasura's names", () => {
    expect(missingClaimsHint(readClaims(all))).toBeNull();
    const hasura = { "x-hasura-roles": [], "x-hasura-permissions": [], "x-hasura-feature-flags": {} };
    expect(missingClaimsHint(readClaims({ sub: "kp_alice", ...hasura }))).toBeNull();
  });

  it("says of roles alone where to switch them on", () => {
    const hint = missingClaimsHint(readClaims({ ...all, roles: undefined }));
    expect(hint).toContain("has no roles.");
    expect(hint).toContain(
      "Settings > Applications > Details of your application > Tokens > Token customization > Customize",
    );
    expect(hint).not.toContain("workflow");
  });

  it.each(["permissions", "feature_flags"])(
    "sends nobody to that menu for %s, which Kinde always includes",
    (claim) => {
      const hint = missingClaimsHint(readClaims({ ...all, [claim]: undefined }));
      expect(hint).toContain(
        `has no ${claim}. Kinde always includes them: does a token generation workflow remove them`,
      );
      expect(hint).not.toContain("Settings");
    },
  );

  it("names all that are missing", () => {
    const hint = missingClaimsHint({ sub: "kp_alice" });
    expect(hint).toContain("has no roles.");
    expect(hint).toContain("has no permissions and no feature_flags.");
  });
});
