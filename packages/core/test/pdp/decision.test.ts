import { prepareCheck, type PreparedCheck } from "@kinde-cerbos/core";
import { describe, expect, it } from "vitest";
import { readAnswer, readDecision } from "../../src/pdp/decision.ts";
import { type PdpEntry } from "../../src/pdp/pdp.ts";
import { thrownBy } from "../support.ts";

const check = prepareCheck({ action: "edit", resource: { kind: "document", id: "1" } });
const resource = { kind: "document", id: "1", policyVersion: "default", scope: "" };
const row = { resource, actions: { edit: "EFFECT_ALLOW", view: "EFFECT_DENY" } };

const entry = (id: string, attr: PdpEntry["resource"]["attr"] = {}): PdpEntry => ({
  resource: { kind: "document", id, attr },
  actions: ["edit"],
});

const named = (id: string): unknown => ({ resource: { kind: "document", id } });

/** The check, of a resource with more to its name. */
const asked = (more: { scope?: string; policyVersion?: string }): PreparedCheck =>
  prepareCheck({ action: "edit", resource: { kind: "document", id: "1", ...more } });

/** A row that allows it, with such a name. */
const rowOf = (more: object): unknown => ({
  resource: { kind: "document", id: "1", ...more },
  actions: { edit: "EFFECT_ALLOW" },
});

describe("readDecision", () => {
  it("reads a row as plain JSON", () => {
    const decision = readDecision(
      check,
      {
        ...row,
        validationErrors: [{ path: "/owner", message: "is required", source: "SOURCE_RESOURCE", more: 1 }],
        outputs: [
          { source: "policy#edit", value: { reason: "owner" }, action: "edit" },
          { source: "policy#view", value: "no", action: "view" },
          { source: "principal-policy#all", value: 1 },
          { source: "principal-policy#empty", value: 2, action: "" },
        ],
        metadata: {
          actions: {
            edit: { matchedPolicy: "resource.document.vdefault", matchedScope: "acme" },
            view: { matchedPolicy: "NO_MATCH", matchedScope: "" },
          },
          effectiveDerivedRoles: ["owner"],
        },
      },
      "call-1",
    );
    expect(decision).toStrictEqual({
      allowed: true,
      action: "edit",
      resource: { kind: "document", id: "1" },
      outputs: [
        { source: "policy#edit", value: { reason: "owner" } },
        { source: "principal-policy#all", value: 1 },
        { source: "principal-policy#empty", value: 2 },
      ],
      validationErrors: [{ path: "/owner", message: "is required", source: "SOURCE_RESOURCE" }],
      metadata: {
        matchedPolicy: "resource.document.vdefault",
        matchedScope: "acme",
        effectiveDerivedRoles: ["owner"],
      },
      callId: "call-1",
    });
    expect(JSON.parse(JSON.stringify(decision))).toEqual(decision);
  });

  it("is equal for equal answers, in whatever order the PDP lists derived roles and schema errors", () => {
    const roles = ["owner", "editor", "reader"];
    const errors = [
      { path: "/b", message: "1", source: "SOURCE_RESOURCE" },
      { path: "/a", message: "2", source: "SOURCE_RESOURCE" },
      { path: "/c", message: "1", source: "SOURCE_PRINCIPAL" },
      { path: "/a", message: "1", source: "SOURCE_RESOURCE" },
    ];
    const answer = { ...row, metadata: { effectiveDerivedRoles: roles }, validationErrors: errors };
    const decision = readDecision(check, answer, "");
    answer.metadata.effectiveDerivedRoles = roles.toReversed();
    answer.validationErrors = errors.toReversed();
    expect(readDecision(check, answer, "")).toStrictEqual(decision);
    expect(decision).toMatchObject({
      metadata: { effectiveDerivedRoles: ["editor", "owner", "reader"] },
      validationErrors: [errors[2], errors[3], errors[1], errors[0]],
    });
  });

  it("reads a row with nothing but an effect", () => {
    expect(readDecision(check, row, "")).toStrictEqual({
      allowed: true,
      action: "edit",
      resource: { kind: "document", id: "1" },
      outputs: [],
      validationErrors: [],
      callId: "",
    });
  });

  it.each([
    ["EFFECT_DENY"],
    ["EFFECT_NO_MATCH"],
    ["EFFECT_UNSPECIFIED"],
    ["effect_allow"],
    ["allow"],
    ["EFFECT_ALLOW "],
    [""],
    [true],
    [1],
    [null],
    [{}],
    [["EFFECT_ALLOW"]],
    [Object("EFFECT_ALLOW")],
  ])("does not allow for the effect %j", (effect) => {
    expect(readDecision(check, { resource, actions: { edit: effect } }, "").allowed).toBe(false);
  });

  it.each([
    ["no row", undefined, "is missing"],
    ["null", null, "is missing"],
    ["a string", "EFFECT_ALLOW", "is missing"],
    ["a row of nothing", {}, "another resource"],
    ["a row of another kind", { ...row, resource: { kind: "folder", id: "1" } }, "another resource"],
    ["a row of another id", { ...row, resource: { kind: "document", id: "2" } }, "another resource"],
    ["a row of an id of another type", { ...row, resource: { kind: "document", id: 1 } }, "another resource"],
    ["no actions", { resource }, "lacks the action"],
    ["actions of another type", { resource, actions: "EFFECT_ALLOW" }, "lacks the action"],
    ["no effect", { resource, actions: { view: "EFFECT_ALLOW" } }, "lacks the action"],
    ["an undefined effect", { resource, actions: { edit: undefined } }, "lacks the action"],
    ["an inherited effect", { resource, actions: Object.create({ edit: "EFFECT_ALLOW" }) }, "lacks the action"],
  ])("throws for %s", (_, value, message) => {
    expect(thrownBy(() => readDecision(check, value, ""))).toMatchObject({
      code: "malformed_response",
      message: expect.stringContaining(message),
    });
  });

  it.each(["constructor", "toString", "__proto__", "hasOwnProperty"])(
    "never takes an inherited property for the effect or metadata of %s",
    (action) => {
      const own = prepareCheck({ action, resource: { kind: "document", id: "1" } });
      const allow = Object.fromEntries([[action, "EFFECT_ALLOW"]]);
      expect(() => readDecision(own, { resource, actions: {} }, "")).toThrow(/lacks the action/);
      expect(readDecision(own, { resource, actions: allow, metadata: { actions: {} } }, "")).toMatchObject({
        allowed: true,
        metadata: { matchedPolicy: undefined, matchedScope: undefined },
      });
    },
  );

  it("never takes inherited metadata", () => {
    const actions = Object.create({ edit: { matchedPolicy: "inherited" } });
    expect(readDecision(check, { ...row, metadata: { actions } }, "").metadata).toMatchObject({
      matchedPolicy: undefined,
    });
  });

  it("leaves out what it cannot read of what is only shown", () => {
    const odd = {
      ...row,
      outputs: [null, "x", { action: "edit" }],
      validationErrors: "none",
      metadata: { effectiveDerivedRoles: [1, "owner"] },
    };
    expect(readDecision(check, odd, "")).toMatchObject({
      allowed: true,
      outputs: [{ source: "", value: undefined }],
      validationErrors: [],
      metadata: { matchedPolicy: undefined, effectiveDerivedRoles: ["owner"] },
    });
    expect(readDecision(check, { ...row, metadata: {} }, "").metadata).toStrictEqual({
      matchedPolicy: undefined,
      matchedScope: undefined,
      effectiveDerivedRoles: [],
    });
    const nameless = { ...row, validationErrors: [{}, null] };
    expect(readDecision(check, nameless, "").validationErrors).toEqual([{ path: "", message: "", source: "" }]);
  });
});

describe("the name of a row", () => {
  it.each<[string, { scope?: string; policyVersion?: string }, object]>([
    ["no scope for none", {}, {}],
    ["an empty scope for none", {}, { scope: "" }],
    ["no scope for an empty one", { scope: "" }, {}],
    ["the scope asked for", { scope: "acme" }, { scope: "acme" }],
    ["no version for one", { policyVersion: "v2" }, {}],
    ["an empty version for one", { policyVersion: "v2" }, { policyVersion: "" }],
    ["the version asked for", { policyVersion: "v2" }, { policyVersion: "v2" }],
    ["the version that Cerbos filled in", {}, { policyVersion: "default" }],
    ["the version that Cerbos filled in for an empty one", { policyVersion: "" }, { policyVersion: "default" }],
  ])("may have %s", (_, more, name) => {
    expect(readDecision(asked(more), rowOf(name), "").allowed).toBe(true);
  });

  it.each<[string, { scope?: string; policyVersion?: string }, object]>([
    ["a scope for none", {}, { scope: "acme" }],
    ["no scope for one", { scope: "acme" }, {}],
    ["an empty scope for one", { scope: "acme" }, { scope: "" }],
    ["another scope", { scope: "acme" }, { scope: "acme.hr" }],
    ["another version", { policyVersion: "v2" }, { policyVersion: "v1" }],
    ["another scope for the right version", { scope: "acme", policyVersion: "v2" }, { scope: "", policyVersion: "v2" }],
    [
      "another version for the right scope",
      { scope: "acme", policyVersion: "v2" },
      { scope: "acme", policyVersion: "v1" },
    ],
  ])("must not have %s", (_, more, name) => {
    expect(() => readDecision(asked(more), rowOf(name), "")).toThrow(/another resource/);
  });

  it("is in the error, with the action", () => {
    for (const wrong of [undefined, rowOf({ id: "2" }), { resource, actions: {} }]) {
      expect(() => readDecision(check, wrong, "")).toThrow(/^The PDP's answer.*"edit" on document "1"/);
    }
  });
});

describe("outputs", () => {
  it("that Cerbos repeats for each role of the principal are there once", () => {
    const output = { source: "resource.document#reason", action: "edit", value: { reason: "draft" } };
    const others = [
      { ...output, value: null },
      { ...output, action: "view" },
    ];
    const repeated = { ...row, outputs: [output, { ...output }, ...others] };
    expect(readDecision(check, repeated, "").outputs).toEqual([
      { source: output.source, value: { reason: "draft" } },
      { source: output.source, value: null },
    ]);
  });
});

describe("an output that failed", () => {
  const output = { source: "resource.document#reason", action: "edit", value: undefined };

  it("says why, as Cerbos does", () => {
    const failed = { ...row, outputs: [{ ...output, error: "no such key: state" }] };
    expect(readDecision(check, failed, "").outputs).toStrictEqual([
      { source: output.source, value: undefined, error: "no such key: state" },
    ]);
  });

  it.each([undefined, "", 1, {}])("says nothing where the reason is %j", (error) => {
    const { outputs } = readDecision(check, { ...row, outputs: [{ ...output, error }] }, "");
    expect(outputs).toStrictEqual([{ source: output.source, value: undefined }]);
  });
});

describe("readAnswer", () => {
  it("gives each entry the row at its place", () => {
    const rows = [named("1"), named("2")];
    expect(readAnswer({ cerbosCallId: "call-1", results: rows }, [entry("1"), entry("2")])).toEqual({
      callId: "call-1",
      rows,
    });
  });

  it("does without a call id", () => {
    expect(readAnswer({ results: [] }, []).callId).toBe("");
    expect(readAnswer({ cerbosCallId: 1, results: [] }, []).callId).toBe("");
  });

  it.each([[null], [undefined], ["<html>"], [1], [{}], [[]], [{ results: null }], [{ results: {} }]])(
    "throws for %j, which is no answer",
    (response) => {
      expect(thrownBy(() => readAnswer(response, [entry("1")]))).toMatchObject({
        code: "malformed_response",
        message: expect.stringContaining("Is the URL that of a Cerbos PDP?"),
      });
    },
  );

  it("gives entries of one name their rows while all rows are at their places", () => {
    const rows = [named("1"), named("1"), named("2")];
    expect(readAnswer({ results: rows }, [entry("1", { a: 1 }), entry("1", { a: 2 }), entry("2")]).rows).toEqual(rows);
  });

  it.each([
    ["missing", [named("1"), named("2")], named("2")],
    ["too many", [named("1"), named("1"), named("1"), named("2")], named("2")],
    ["null", [named("1"), null, named("2")], named("2")],
    ["in another order", [named("1"), named("2"), named("1")], named("2")],
    ["of another resource", [named("1"), named("1"), named("3")], undefined],
    ["there twice", [named("1"), named("1"), named("2"), named("2")], undefined],
  ])("gives entries of one name no row where a row is %s", (_, results, only) => {
    const entries = [entry("1", { a: 1 }), entry("1", { a: 2 }), entry("2")];
    expect(readAnswer({ results }, entries).rows).toEqual([undefined, undefined, only]);
  });

  it("finds the rows of one id by scope and version, in any order", () => {
    const names = [
      { kind: "document", id: "1", scope: "acme", policyVersion: "v2" },
      { kind: "document", id: "1", scope: "globex" },
      { kind: "document", id: "1", scope: "" },
    ];
    const entries = names.map((name): PdpEntry => ({ resource: { ...name, attr: {} }, actions: ["edit"] }));
    const rows = names.map((name) => ({ resource: name }));
    expect(readAnswer({ results: rows.toReversed() }, entries).rows).toEqual(rows);
  });
});
