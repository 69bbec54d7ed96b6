import { AuthzError } from "@kinde-cerbos/core";
import { describe, expect, it } from "vitest";
import { type DecisionRow } from "../../src/decisions/decision-row.ts";
import { explanationOf, type Known } from "../../src/decisions/explanation.ts";
import { freshnessText } from "../../src/decisions/freshness.ts";
import { decisionRow } from "../decision-row.ts";

const matched = { matchedPolicy: "resource.document.vdefault", matchedScope: "", effectiveDerivedRoles: [] };
const names = { document: ["view", "edit"] };

function texts(row: Partial<DecisionRow>, known: Partial<Known> = {}): readonly string[] {
  return explanationOf(decisionRow(row), { names, isRecorded: true, metadata: matched, ...known });
}

describe("explanationOf", () => {
  it("names the policy that allowed, or denied", () => {
    expect(texts({ state: "allowed" })).toEqual(["The policy resource.document.vdefault has a rule that allows it."]);
    expect(texts({})).toEqual([expect.stringMatching(/^The policy resource\.document\.vdefault denies it: /)]);
  });

  it("says what the policy says, and first", () => {
    const { decision } = decisionRow();
    const outputs = [
      { source: "rule", value: "the document is locked" },
      { source: "rule", value: 7 },
    ];
    expect(texts({ decision: decision && { ...decision, outputs } })[0]).toBe(
      "The policy says: the document is locked",
    );
  });

  it("names the nearest kind or action before all else, and asks for names if it has none", () => {
    expect(texts({ kind: "documnet" })[0]).toMatch(/^No policy knows the kind "documnet"\. Did you mean "document"\?/);
    expect(texts({ action: "veiw" })[0]).toMatch(/Did you mean "view"\?/);
    expect(texts({ action: "veiw" }, { names: undefined })[1]).toMatch(/Give PermissionsProvider the `names`/);
    expect(texts({ state: "allowed", action: "veiw" })).toHaveLength(1);
  });

  it("says what NO_MATCH means", () => {
    const metadata = { ...matched, matchedPolicy: "NO_MATCH" };
    expect(texts({}, { metadata })).toEqual([expect.stringMatching(/^NO_MATCH: the PDP has no policy for this kind/)]);
  });

  it("says what to do if it is not known which policy decided", () => {
    expect(texts({}, { metadata: undefined })).toEqual([expect.stringContaining("`metadata: true`")]);
    expect(texts({}, { metadata: undefined, isRecorded: false })).toEqual([expect.stringContaining('"Check again"')]);
  });

  it("says what is wrong with attributes", () => {
    const { decision } = decisionRow();
    const validationErrors = [{ path: "/status", message: "wrong", source: "SOURCE_RESOURCE" }];
    expect(texts({ decision: decision && { ...decision, validationErrors } })[0]).toMatch(/^Attributes do not fit/);
  });

  it("has the code and the message of an error, and says what is shown for it", () => {
    const error = new AuthzError("pdp_unavailable", "The PDP does not answer.");
    expect(texts({ state: "error", error })).toEqual([
      "pdp_unavailable: The PDP does not answer.",
      "There is no decision, so it is not allowed.",
    ]);
    expect(texts({ state: "allowed", error })[1]).toMatch(/^It could not be checked again\./);
  });

  it("says whether a pending request is under way", () => {
    expect(texts({ state: "pending", isFetching: true })).toEqual([expect.stringContaining("under way")]);
    expect(texts({ state: "pending" })).toEqual([expect.stringContaining("not sent yet")]);
  });
});

describe("freshnessText", () => {
  it.each([
    [
      { updatedAt: 1000, staleAt: 31_000 },
      /^Answered 5 s ago\. Fresh for another 25 s; after that, it is checked again/,
    ],
    [{ updatedAt: 1000, staleAt: 2000 }, /^Answered 5 s ago\. Stale: it is checked again/],
    [{ updatedAt: 1000, staleAt: 31_000, isStale: true }, /Stale:/],
    [{ updatedAt: 1000, staleAt: Infinity }, /It stays fresh until/],
    [{ updatedAt: 1000, isOnScreen: false }, /No component shows it/],
    [{ updatedAt: 0 }, /^Not answered yet\.$/],
  ] as const)("of %j is %s", (row, text) => {
    expect(freshnessText(decisionRow(row), 6000)).toMatch(text);
  });
});
