import { fieldsOf, isFields } from "@kinde-cerbos/core/internal";
import { type AuditEntry, type AuditSubject } from "./audit.ts";
import { type PdpQuestion } from "./read-request.ts";
import { type Answer, costOf } from "./send-to-pdp.ts";

/** The same question, changed so that its answer says which policy decided. The answer to a plan never does. */
export function withMetadata(question: PdpQuestion): PdpQuestion {
  return question.path === "plan" ? question : { ...question, about: { ...question.about, includeMeta: true } };
}

/** The answer for a client: without the metadata of each result. */
export function withoutMetadata(answer: Answer): Answer {
  const { results } = answer.body;
  if (answer.status !== 200 || !Array.isArray(results)) return answer;
  const rows = results.map((row: unknown) =>
    Object.fromEntries(Object.entries(fieldsOf(row)).filter(([name]) => name !== "meta")),
  );
  const body = { ...answer.body, results: rows };
  return { ...answer, text: JSON.stringify(body), body };
}

/**
 * The decisions: one entry for each action of each resource, or of a plan; none if the PDP refused the question.
 *
 * @param pdpResources how many resources shared a request to the PDP, and so a call id
 */
export function auditEntriesOf(
  question: PdpQuestion,
  answer: Answer,
  pdpResources: number,
  who: AuditSubject & { readonly requestId: string },
): AuditEntry[] {
  if (answer.status !== 200) return [];
  const { results, filter } = answer.body;
  const hasCallIds = answer.callIds.length === costOf(question, pdpResources);
  const callIdOf = (index: number): string | null =>
    (hasCallIds ? answer.callIds[Math.floor(index / pdpResources)] : null) ?? null;
  if (question.path === "plan") {
    const effect = textOf(fieldsOf(filter)["kind"]);
    if (effect === null) return [];
    const kind = textOf(question.resource["kind"]) ?? "";
    return question.actions.map((action) => ({
      ...who,
      kind,
      id: null,
      action,
      effect,
      matchedPolicy: null,
      callId: callIdOf(0),
    }));
  }
  if (!Array.isArray(results)) return [];
  return question.entries.flatMap(({ resource, actions }, index) => {
    const { actions: effects, meta } = fieldsOf(results[index]);
    const { actions: matches } = fieldsOf(meta);
    const about = { ...who, kind: textOf(resource["kind"]) ?? "", id: textOf(resource["id"]), callId: callIdOf(index) };
    return actions.map((action) => ({
      ...about,
      action,
      // Core, too, does not allow if the effect is missing.
      effect: textOf(own(effects, action)) ?? "EFFECT_DENY",
      matchedPolicy: textOf(fieldsOf(own(matches, action))["matchedPolicy"]),
    }));
  });
}

/** Names come from clients: `__proto__` is one like any other. */
function own(value: unknown, name: string): unknown {
  return isFields(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function textOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
