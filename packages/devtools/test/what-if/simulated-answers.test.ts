// @vitest-environment node
import { describe, expect, it } from "vitest";
import { NO_SCENARIO, type Outcome, placeOf, type Scenario } from "../../src/what-if/scenario.ts";
import { simulatedAnswers } from "../../src/what-if/simulated-answers.ts";
import { DOCUMENT, realAuthorizer } from "./support.ts";

const check = { action: "edit", resource: DOCUMENT };
const query = { action: "edit", kind: "document" };
const all = (outcome: Outcome, delayMs = 0): Scenario => ({ ...NO_SCENARIO, all: outcome, delayMs });
const overridden = (outcome: Outcome): Scenario => ({
  ...NO_SCENARIO,
  overrides: new Map([[placeOf({ action: "edit", ...DOCUMENT }), outcome]]),
});

describe("a check", () => {
  it.each([
    ["allow", true],
    ["deny", false],
  ] as const)("that is to %s is answered without the PDP", async (outcome, allowed) => {
    const { real, requests } = await realAuthorizer();
    for (const scenario of [overridden(outcome), all(outcome)]) {
      const decision = await simulatedAnswers(() => scenario).check(real, check);
      expect(decision).toMatchObject({ allowed, action: "edit", resource: DOCUMENT, callId: "what-if" });
    }
    expect(requests).toEqual([]);
  });

  it.each([
    ["error", "check_refused"],
    ["down", "pdp_unavailable"],
  ] as const)("fails with %s", async (outcome, code) => {
    const { real, requests } = await realAuthorizer();
    const answers = simulatedAnswers(() => all(outcome));
    await expect(answers.check(real, check)).rejects.toMatchObject({ code });
    await expect(answers.plan(real, query)).rejects.toMatchObject({ code });
    expect(requests).toEqual([]);
  });

  it("that is pending ends only if its caller aborts", async () => {
    const { real } = await realAuthorizer();
    const answers = simulatedAnswers(() => all("pending"));
    const caller = new AbortController();
    const { signal } = caller;
    const ends = [answers.check(real, check, { signal }), answers.plan(real, query, { signal })];
    caller.abort();
    for (const end of ends) await expect(end).rejects.toMatchObject({ code: "aborted" });
    await expect(answers.check(real, check, { signal })).rejects.toMatchObject({ code: "aborted" });
  });

  it("that is slow is answered by the PDP, in one batch with others of its task", async () => {
    const { real, requests } = await realAuthorizer();
    const answers = simulatedAnswers(() => all("slow", 1));
    const decisions = await Promise.all(
      ["view", "edit", "delete"].map(async (action) => answers.check(real, { action, resource: DOCUMENT })),
    );
    expect(decisions.map(({ callId }) => callId)).toEqual(["real", "real", "real"]);
    expect(requests).toHaveLength(1);
  });

  it("that is not overridden is answered by the PDP", async () => {
    const { real, requests } = await realAuthorizer();
    const answers = simulatedAnswers(() => overridden("allow"));
    expect(await answers.check(real, { action: "view", resource: DOCUMENT })).toMatchObject({ callId: "real" });
    const other = { action: "edit", resource: { kind: "document", id: "2" } };
    expect(await answers.check(real, other)).toMatchObject({ callId: "real" });
    expect(requests).toHaveLength(2);
  });

  it("that is malformed is refused", async () => {
    const { real } = await realAuthorizer();
    const answers = simulatedAnswers(() => all("allow"));
    const malformed = { action: "", resource: DOCUMENT };
    await expect(answers.check(real, malformed)).rejects.toMatchObject({ code: "invalid_check" });
  });
});

describe("a plan", () => {
  it("has the outcome of all checks, and no overrides", async () => {
    const { real } = await realAuthorizer();
    expect(await simulatedAnswers(() => all("deny")).plan(real, query)).toMatchObject({
      kind: "ALWAYS_DENIED",
      actions: ["edit"],
      resourceKind: "document",
    });
    // This PDP client does not support plans.
    const plan = simulatedAnswers(() => overridden("deny")).plan(real, query);
    await expect(plan).rejects.toMatchObject({ code: "invalid_option" });
  });
});
