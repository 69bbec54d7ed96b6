import {
  matchesPlan,
  type MatchesPlanOptions,
  type JsonValue,
  type PlanCondition,
  type Resource,
} from "@kinde-cerbos/core";

export type Verdict = boolean | "unknown";

/** What all plans of the tests are about. */
export const about = { actions: ["view"], resourceKind: "document", attr: {}, validationErrors: [], callId: "call-1" };

export const document = (attr: Resource["attr"] = {}): Resource => ({ kind: "document", id: "1", attr });

export const value = (constant: JsonValue): PlanCondition => ({ value: constant });
export const T = value(true);
export const F = value(false);

/** Attribute `a`. */
export const a: PlanCondition = { variable: "request.resource.attr.a" };

export const op = (operator: string, ...operands: PlanCondition[]): PlanCondition => ({ operator, operands });

/** Whether a resource with these attributes fulfils the condition. */
export const matches = (condition: PlanCondition, attr?: Resource["attr"], options?: MatchesPlanOptions): Verdict =>
  matchesPlan({ ...about, kind: "CONDITIONAL", condition }, document(attr), options);
