import { type Decision } from "@kinde-cerbos/core";
import { type AskedCheck } from "./asked-check.ts";
import { type TestDecision } from "./rules.ts";

/** Returns the decision for a check with a known answer. */
export function decisionOf({ action, kind, id }: AskedCheck, answer: boolean | TestDecision): Decision {
  const { allowed, outputs = [], validationErrors = [] } = typeof answer === "boolean" ? { allowed: answer } : answer;
  return { allowed, action, resource: { kind, id }, outputs, validationErrors, callId: "test" };
}
