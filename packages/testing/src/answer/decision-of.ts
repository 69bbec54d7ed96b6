import { type Decision } from "@kinde-cerbos/core";
import { type CheckRequest } from "./check-request.ts";
import { type TestDecision } from "./rules.ts";

/** Returns the decision for a check with a known answer. */
export function decisionOf({ action, kind, id }: CheckRequest, answer: boolean | TestDecision): Decision {
  const { allowed, outputs = [], validationErrors = [] } = typeof answer === "boolean" ? { allowed: answer } : answer;
  return { allowed, action, resource: { kind, id }, outputs, validationErrors, callId: "test" };
}
