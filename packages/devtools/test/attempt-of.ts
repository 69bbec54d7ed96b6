import { type Principal } from "@kinde-cerbos/core";
import { type SeenRequest } from "@kinde-cerbos/core/internal";
import { type Attempt } from "../src/record/attempt.ts";

export const ANN: Principal = { id: "kp_ann", roles: ["user"], attr: { orgCode: "org_north" } };

type CheckRequest = (SeenRequest & { what: "check" })["request"];
type Times = Partial<Omit<Attempt, "what" | "request">>;

let lastId = 0;

/**
 * Returns an attempt of a check request, as the recorder has it. It is answered within 10 ms unless `times` differs.
 */
export function attemptOf(
  resources: CheckRequest["resources"],
  times: Times = {},
  request: Partial<CheckRequest> = {},
): Attempt & { what: "check" } {
  return {
    what: "check",
    request: { principal: ANN, resources, hasToken: true, keySetId: undefined, includeMetadata: true, ...request },
    id: (lastId += 1),
    providerId: 1,
    tries: 1,
    startedAt: 1000,
    endedAt: 1010,
    answer: undefined,
    error: null,
    ...times,
  };
}

/** Returns an entry of a request for a document. */
export function documentEntry(id: string, ...actions: string[]): CheckRequest["resources"][number] {
  return { resource: { kind: "document", id, attr: {} }, actions };
}

/** Returns a PDP's answer to entries: `EFFECT_ALLOW` for these actions, `EFFECT_DENY` for all others. */
export function answerTo(resources: CheckRequest["resources"], ...allowed: string[]): unknown {
  return {
    cerbosCallId: "call",
    results: resources.map(({ resource, actions }) => ({
      resource,
      actions: Object.fromEntries(
        actions.map((action) => [action, allowed.includes(action) ? "EFFECT_ALLOW" : "EFFECT_DENY"]),
      ),
    })),
  };
}
