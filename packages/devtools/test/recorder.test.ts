import { AuthzError } from "@kinde-cerbos/core";
import { type SeenOutcome } from "@kinde-cerbos/core/internal";
import { inspection } from "@kinde-cerbos/react/internal";
import { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Recorder } from "../src/record/recorder.ts";
import { recordedSession } from "./recorded-session.ts";

const recorder = new Recorder();
let stop: () => void;
beforeEach(() => (stop = recorder.start()));
afterEach(() => {
  stop();
  recorder.clear();
});

const document = { kind: "document", id: "1", attr: {} };
const resources = [{ resource: document, actions: ["edit"] }];

/** Starts a request of provider 1, as an observer sees it. Returns a function that ends it. */
function begin(entries = resources): (outcome: SeenOutcome) => void {
  const principal = { id: "kp_ann", roles: ["user"], attr: {} };
  const request = { principal, resources: entries, hasToken: true, keySetId: undefined };
  const end = inspection?.observerOf(1)?.onRequest({ what: "check", request });
  if (!end) throw new Error("Nobody observes.");
  return end;
}

const row = {
  resource: { kind: "document", id: "1" },
  actions: { edit: "EFFECT_DENY" },
  metadata: { actions: { edit: { matchedPolicy: "resource.document.vdefault" } }, effectiveDerivedRoles: ["owner"] },
};
const answer = { cerbosCallId: "call", results: [row] };
const key = JSON.stringify({ attr: {}, id: "1", kind: "document" });

describe("a recorder", () => {
  it("keeps each attempt, and counts those of one request", () => {
    begin()({ error: new AuthzError("pdp_unavailable", "It is down.") });
    const end = begin();
    expect(recorder.attempts()).toMatchObject([
      { tries: 1, error: { code: "pdp_unavailable" } },
      { tries: 2, endedAt: null, error: null },
    ]);
    end({ answer, error: null });
    expect(recorder.attempts()[1]).toMatchObject({ endedAt: expect.any(Number), answer });
    begin([{ resource: document, actions: ["view"] }]);
    expect(recorder.attempts().at(-1)).toMatchObject({ tries: 1 });
  });

  it("finds the newest answer to a check, with its metadata", () => {
    begin()({ answer, error: null });
    expect(recorder.answerTo(1, "edit", key)).toMatchObject({
      allowed: false,
      callId: "call",
      metadata: { matchedPolicy: "resource.document.vdefault", effectiveDerivedRoles: ["owner"] },
    });
    begin()({ answer: { ...answer, cerbosCallId: "later" }, error: null });
    expect(recorder.answerTo(1, "edit", key)).toMatchObject({ callId: "later" });
    expect(recorder.answerTo(2, "edit", key)).toBeUndefined();
    expect(recorder.answerTo(1, "view", key)).toBeUndefined();
  });

  it("ignores an invalid answer", () => {
    for (const broken of [null, {}, { results: [{}] }, { results: [{ ...row, actions: null }] }]) {
      begin()({ answer: broken, error: null });
    }
    expect(recorder.answerTo(1, "edit", "nothing of it")).toBeUndefined();
  });

  it("keeps no more than 300 attempts", () => {
    for (let count = 0; count < 320; count += 1) begin([{ resource: document, actions: [`action ${count}`] }]);
    expect(recorder.attempts()).toHaveLength(300);
    expect(recorder.attempts().at(-1)).toMatchObject({ request: { resources: [{ actions: ["action 319"] }] } });
  });

  it("forgets the sessions of an unmounted provider", async () => {
    const { session, claims } = recordedSession(0);
    const queryClient = new QueryClient();
    const shown = { id: 1, session, claims, pdpName: "/authz", address: "/authz", names: undefined, queryClient };
    const hide = inspection?.show(shown);
    await Promise.resolve();
    expect(recorder.sessionsOf(1)).toHaveLength(1);
    hide?.();
    await Promise.resolve();
    expect(recorder.sessionsOf(1)).toEqual([]);
  });

  it("records nothing once it has been stopped", () => {
    stop();
    expect(inspection?.observerOf(1)).toBeNull();
  });
});
