import { AuthzError } from "@kinde-cerbos/core";
import { describe, expect, it } from "vitest";
import { partsOf, requestRows } from "../src/batches/request-row.ts";
import { subjectOf } from "../src/batches/request-table.tsx";
import { sentClaims } from "../src/batches/sent-claims.ts";
import { CacheHits } from "../src/record/cache-hits.ts";
import { answerTo, attemptOf, documentEntry } from "./attempt-of.ts";
import { recordedSession } from "./recorded-session.ts";

const both = [documentEntry("one", "edit", "view"), documentEntry("two", "view")];
const refused = new AuthzError("check_refused", "resources[1] is wrong");

function outcomes(...attempts: Parameters<typeof requestRows>[0]): string[] {
  return requestRows(attempts, 1, new CacheHits()).map(({ outcome }) => outcome.state);
}

describe("requestRows", () => {
  it("has a provider's own requests, the newest first, with their sizes", () => {
    const first = attemptOf(both, { answer: answerTo(both, "view") });
    const second = attemptOf([documentEntry("ü", "view")]);
    const rows = requestRows([first, attemptOf(both, { providerId: 2 }), second], 1, new CacheHits());
    expect(rows.map(({ attempt }) => attempt)).toEqual([second, first]);
    expect(rows[1]).toMatchObject({ checks: 3, resources: 2, outcome: { text: "2 allowed, 1 denied" } });
    expect(rows[1]?.receivedBytes).toBe(JSON.stringify(first.answer).length);
    const { principal, resources } = second.request;
    // The letter has two bytes. The body is in the format of the REST API, which has another name for the metadata.
    expect(rows[0]?.sentBytes).toBe(JSON.stringify({ principal, resources, includeMeta: true }).length + 1);
    expect(rows[0]?.receivedBytes).toBeNull();
  });

  it("counts a check without an answer as neither allowed nor denied", () => {
    const attempt = attemptOf(both, { answer: answerTo(both.slice(0, 1), "edit") });
    expect(requestRows([attempt], 1, new CacheHits())[0]?.outcome.text).toBe(
      "1 allowed, 1 denied, 1 without an answer",
    );
    const unread = attemptOf(both, { answer: "<html>" });
    expect(requestRows([unread], 1, new CacheHits())[0]?.outcome.text).toBe("0 allowed, 0 denied, 3 without an answer");
  });

  it("distinguishes a split request from a refused check", () => {
    expect(outcomes(attemptOf(both, { error: refused }))).toEqual(["split"]);
    expect(outcomes(attemptOf([documentEntry("one", "edit", "view")], { error: refused }))).toEqual(["split"]);
    expect(outcomes(attemptOf([documentEntry("one", "edit")], { error: refused }))).toEqual(["refused"]);
  });

  it("distinguishes a retried request from a failed one", () => {
    const error = new AuthzError("pdp_unavailable", "down");
    const first = attemptOf(both, { error });
    const other = attemptOf([...both], { error });
    const second = attemptOf(both, { error, tries: 2 });
    expect(outcomes(first, other, second)).toEqual(["failed", "failed", "retried"]);
  });

  it("shows requests in flight and aborted ones", () => {
    const aborted = attemptOf(both, { error: new AuthzError("aborted", "left") });
    expect(outcomes(attemptOf(both, { endedAt: null }), aborted)).toEqual(["aborted", "pending"]);
  });

  it("has the kind of a plan", () => {
    const plan = {
      ...attemptOf([]),
      what: "plan" as const,
      request: {
        principal: attemptOf([]).request.principal,
        resource: { kind: "document" },
        actions: ["edit", "view"],
        hasToken: true,
        keySetId: undefined,
      },
      answer: { kind: "KIND_CONDITIONAL" },
    };
    const [row] = requestRows([plan], 1, new CacheHits());
    expect(row).toMatchObject({ checks: 1, resources: 0, outcome: { text: "CONDITIONAL" } });
    expect(subjectOf(row!)).toBe("Plan: edit, view on document");
  });
});

describe("subjectOf", () => {
  it("names a single check, and counts several", () => {
    const rows = requestRows([attemptOf(both), attemptOf([documentEntry("one", "edit")])], 1, new CacheHits());
    expect(rows.map(subjectOf)).toEqual(["edit on document one", "3 checks on 2 resources"]);
  });
});

describe("partsOf", () => {
  it("has the two halves of a split request, but not the parts of those", () => {
    const whole = attemptOf(both, { startedAt: 0, endedAt: 10, error: refused });
    const before = attemptOf([documentEntry("two", "view")], { startedAt: 5 });
    const half = attemptOf([documentEntry("one", "edit", "view")], { startedAt: 11, endedAt: 20, error: refused });
    const otherHalf = attemptOf([documentEntry("two", "view")], { startedAt: 11 });
    const quarter = attemptOf([documentEntry("one", "edit")], { startedAt: 21 });
    const unrelated = attemptOf([documentEntry("three", "view")], { startedAt: 22 });
    const rows = requestRows([whole, before, half, otherHalf, quarter, unrelated], 1, new CacheHits());
    expect(partsOf(rows.at(-1)!, rows).map(({ attempt }) => attempt)).toEqual([half, otherHalf]);
    expect(
      partsOf(
        rows.find(({ attempt }) => attempt === half)!,
        rows,
      ).map(({ attempt }) => attempt),
    ).toEqual([quarter]);
    expect(partsOf(rows[0]!, rows)).toEqual([]);
  });
});

describe("sentClaims", () => {
  it("are the claims of the session that sent the request", () => {
    const request = { principal: recordedSession(0, { org_code: "org_south" }).session.principal! };
    const sessions = [
      recordedSession(0, { org_code: "org_north" }),
      recordedSession(10, { org_code: "org_south", jti: "first" }),
      recordedSession(20, { org_code: "org_south", jti: "second" }),
      recordedSession(30, { org_code: "org_north" }),
    ];
    expect(sentClaims(attemptOf([], { startedAt: 15 }, request), sessions)).toMatchObject({ jti: "first" });
    expect(sentClaims(attemptOf([], { startedAt: 40 }, request), sessions)).toMatchObject({ jti: "second" });
    expect(sentClaims(attemptOf([], { startedAt: 15 }, request), sessions.slice(0, 1))).toBeNull();
  });
});
