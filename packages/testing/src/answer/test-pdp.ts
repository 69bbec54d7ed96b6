import { AuthzError, type PdpEntry, type PolicyDecisionPoint, type Principal } from "@kinde-cerbos/core";
import { checkFrom, type Sent } from "./check-request.ts";
import { decisionOf } from "./decision-of.ts";
import { type Known } from "./known-answer.ts";
import { type TestAnswer } from "./rules.ts";
import { type TestAnswers } from "./test-answers.ts";
import { planAnswer } from "./test-plans.ts";

/** A check request, as clients send it. */
export interface SentRequest {
  readonly principal: Sent<Principal>;
  readonly resources?: readonly (Omit<PdpEntry, "resource"> & { readonly resource: Sent<PdpEntry["resource"]> })[];
}

/** Creates a PDP that answers in memory. */
export function testPdp(answers: TestAnswers): Required<PolicyDecisionPoint> {
  const wait = async (signal: AbortSignal): Promise<void> => {
    if (answers.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, answers.delayMs));
    signal.throwIfAborted();
  };
  return {
    async checkResources(request, { signal }) {
      await wait(signal);
      return answerOf(answers, request);
    },
    async planResources(request, { signal }) {
      await wait(signal);
      return planAnswer(answers.plan(request));
    },
  };
}

/**
 * Returns a PDP's answer to a request. Rejects with the first error, and never settles if one of the checks is
 * `"pending"`.
 */
export async function answerOf(
  answers: TestAnswers,
  { principal, resources = [] }: SentRequest,
): Promise<{ readonly cerbosCallId: string; readonly results: readonly object[] }> {
  const rows = resources.map(async ({ resource, actions }) => {
    const decisions = await Promise.all(
      actions.map(async (action) => {
        const check = checkFrom(resource, action, principal);
        return decisionOf(check, await settled(answers.answer(check)));
      }),
    );
    const { kind, id, policyVersion = "", scope = "" } = resource;
    return {
      resource: { kind, id, policyVersion, scope },
      actions: Object.fromEntries(decisions.map((one) => [one.action, one.allowed ? "EFFECT_ALLOW" : "EFFECT_DENY"])),
      outputs: decisions.flatMap((one) => one.outputs.map((output) => ({ ...output, action: one.action }))),
      validationErrors: decisions.flatMap((one) => one.validationErrors),
    };
  });
  return { cerbosCallId: "test", results: await Promise.all(rows) };
}

async function settled(answer: TestAnswer): Promise<Known> {
  if (answer === "pending") return new Promise(() => {});
  if (answer instanceof Error) throw failure(answer);
  try {
    return await answer;
  } catch (error) {
    throw failure(error);
  }
}

/**
 * The `retryAfterMs` of an error: longer than a client waits, so it does not retry and the component gets the first
 * failure.
 */
const NO_RETRY_MS = 60_000;

function failure(error: unknown): AuthzError {
  const { code, message } =
    error instanceof AuthzError ? error : ({ code: "pdp_unavailable", message: String(error) } as const);
  return new AuthzError(code, message, { cause: error, retryAfterMs: NO_RETRY_MS });
}
