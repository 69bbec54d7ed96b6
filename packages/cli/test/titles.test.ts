import { describe, expect, test } from "vitest";
import { FINDING_IDS, TITLES } from "../src/doctor/titles.ts";

describe("A title says what is", () => {
  test.each(["signature", "token-cache", "alg-none", "hs256", "expired", "audience", "issuer"] as const)(
    "%s: refused, accepted, or not known",
    (id) => {
      const { ok, danger, skipped } = TITLES[id];

      expect(ok).toMatch(/^A token .* is refused$|^An expired token is refused$/);
      expect(danger).toBe(ok.replace("is refused", "is accepted"));
      expect(skipped).toBe(`Unknown: whether ${ok.charAt(0).toLowerCase()}${ok.slice(1)}`);
    },
  );

  test.each(FINDING_IDS)("%s: another one for what is well, what is not, and what is not known", (id) => {
    const { ok, warning, danger, skipped } = TITLES[id];

    expect(new Set([ok, danger, skipped]).size).toBe(3);
    expect([ok, skipped]).not.toContain(warning);
    expect(skipped).toMatch(/^Unknown: |^There is no /);
  });

  test("what is dangerous about a token that works is not said of one that is as expected", () => {
    expect(TITLES.token.ok).toBe("Your token is the access token that was expected");
    expect(TITLES.token.danger).toBe("Your token is not the access token that was expected");
    expect(TITLES.subject.danger).toBe("Your token is allowed under another principal id");
    expect(TITLES.policies.danger).toBe("The policies deny your token");
  });
});
