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
    expect(texts({ state: "allowed" })).toEqual([
      "The policy resource.document.vdefault has a rule that allows the action.",
    ]);
    expect(texts({})).toEqual([expect.stringMatching(/^The policy resource\.document\.vdefault denies the action: /)]);
  });

  it("starts with the policy's output", () => {
    const { decision } = decisionRow();
    const outputs = [
      { source: "rule", value: "the document is locked" },
      { source: "rule", value: 7 },
    ];
    expect(texts({ decision: decision && { ...decision, outputs } })[0]).toBe("Policy output: the document is locked");
  });

  it("starts with the most similar kind or action, or asks for names if it has none", () => {
    expect(texts({ kind: "documnet" })[0]).toMatch(/^No policy knows the kind "documnet"\. Did you mean "document"\?/);
    expect(texts({ action: "veiw" })[0]).toMatch(/Did you mean "view"\?/);
    expect(texts({ action: "veiw" }, { names: undefined })[1]).toMatch(/pass `names` from `kinde-cerbos typegen`/);
    expect(texts({ state: "allowed", action: "veiw" })).toHaveLength(1);
  });

  it("says what NO_MATCH means", () => {
    const metadata = { ...matched, matchedPolicy: "NO_MATCH" };
    expect(texts({}, { metadata })).toEqual([expect.stringMatching(/^NO_MATCH: the PDP has no policy for this kind/)]);
  });

  it("says what to do if the policy that decided is unknown", () => {
    expect(texts({}, { metadata: undefined })).toEqual([expect.stringContaining("`metadata: true`")]);
    expect(texts({}, { metadata: undefined, isRecorded: false })).toEqual([expect.stringContaining('"Check again"')]);
  });

  it("says what is wrong with attributes", () => {
    const { decision } = decisionRow();
    const validationErrors = [{ path: "/status", message: "wrong", source: "SOURCE_RESOURCE" }];
    expect(texts({ decision: decision && { ...decision, validationErrors } })[0]).toMatch(
      /^The attributes do not match/,
    );
  });

  it("has the code and the message of an error, and its effect", () => {
    const error = new AuthzError("pdp_unavailable", "The PDP does not answer.");
    expect(texts({ state: "error", error })).toEqual([
      "pdp_unavailable: The PDP does not answer.",
      "There is no decision, so the action is not allowed.",
    ]);
    expect(texts({ state: "allowed", error })[1]).toMatch(/^It could not be checked again\./);
  });

  it("says whether a pending request is in flight", () => {
    expect(texts({ state: "pending", isFetching: true })).toEqual([expect.stringContaining("in flight")]);
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
    [{ updatedAt: 1000, isOnScreen: false }, /No component uses it/],
    [{ updatedAt: 0 }, /^Not answered yet\.$/],
  ] as const)("of %j is %s", (row, text) => {
    expect(freshnessText(decisionRow(row), 6000)).toMatch(text);
  });
});
