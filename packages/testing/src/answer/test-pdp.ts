import {
  AuthzError,
  type PdpEntry,
  type PdpRequest,
  type PolicyDecisionPoint,
  type Principal,
} from "@kinde-cerbos/core";
import { askedCheck } from "./asked-check.ts";
import { type Decider } from "./decider.ts";
import { decisionOf } from "./decision-of.ts";
import { type TestAnswer, type TestDecision } from "./rules.ts";

let made = 0;

/** A name that no PDP of this page had before. */
export function nextPdpName(): string {
  made += 1;
  return `test-${made}`;
}

/** A PDP in memory that decides by rules, each answer after so many ms. */
export function testPdp(decider: Decider, delayMs: number): PolicyDecisionPoint {
  return {
    async checkResources(request) {
      if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
      return answerOf(decider, request);
    },
  };
}

/** A PDP's answer to a request. Rejects with the first error, and has no end if one of its checks has no answer. */
export async function answerOf(
  decider: Decider,
  { principal, resources }: Pick<PdpRequest, "principal" | "resources">,
): Promise<{ readonly cerbosCallId: string; readonly results: readonly object[] }> {
  return {
    cerbosCallId: "test",
    results: await Promise.all(resources.map((entry) => rowOf(entry, decider, principal))),
  };
}

async function rowOf({ resource, actions }: PdpEntry, decider: Decider, principal: Principal): Promise<object> {
  const decisions = await Promise.all(
    actions.map(async (action) => {
      const check = askedCheck(resource, action, principal);
      return decisionOf(check, await settled(decider.answer(check)));
    }),
  );
  const { kind, id, policyVersion = "", scope = "" } = resource;
  return {
    resource: { kind, id, policyVersion, scope },
    actions: Object.fromEntries(decisions.map((one) => [one.action, one.allowed ? "EFFECT_ALLOW" : "EFFECT_DENY"])),
    outputs: decisions.flatMap((one) => one.outputs.map((output) => ({ ...output, action: one.action }))),
    validationErrors: decisions.flatMap((one) => one.validationErrors),
  };
}

async function settled(answer: TestAnswer): Promise<boolean | TestDecision> {
  if (answer === "pending") return new Promise(() => {});
  if (answer instanceof Error) throw failure(answer);
  try {
    return await answer;
  } catch (error) {
    throw failure(error);
  }
}

/** Longer than any retry waits, in ms: a component gets the first failure, and it is not asked again. */
const NEVER_AGAIN_MS = 60_000;

function failure(error: unknown): AuthzError {
  const { code, message } =
    error instanceof AuthzError ? error : ({ code: "pdp_unavailable", message: String(error) } as const);
  return new AuthzError(code, message, { cause: error, retryAfterMs: NEVER_AGAIN_MS });
}
