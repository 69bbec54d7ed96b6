import { type Decision, type Plan, type Session } from "@kinde-cerbos/core";

/** One decision, for a record of who was allowed what. It has no token, no other claim and no attribute. */
export interface AuditEntry {
  /** The gateway's id of the request, as in its log and in `x-request-id`; `null` from an enforcer. */
  readonly requestId: string | null;
  /** The `sub` of the token; `null` for an anonymous request. */
  readonly subject: string | null;
  /** The `org_code` of the token; `null` if it has none. */
  readonly organization: string | null;
  /** The kind of the resource. */
  readonly kind: string;
  /** The id of the resource; `null` for a plan, which is about all of a kind. */
  readonly id: string | null;
  /** The action that was decided. */
  readonly action: string;
  /** In Cerbos' words: `EFFECT_ALLOW`, `EFFECT_DENY`; for a plan `KIND_ALWAYS_ALLOWED` and the like. */
  readonly effect: string;
  /** The policy that decided, such as `resource.document.vdefault`, or `NO_MATCH`; `null` if the PDP does not say. */
  readonly matchedPolicy: string | null;
  /** The PDP's call id, to find the decision in its own audit log; `null` if the PDP does not say. */
  readonly callId: string | null;
}

/**
 * Gets the decisions of a request, after they were made: all of one answer at once, never an empty list. An error that
 * it throws, or rejects with, changes no answer and is not reported: catch the ones that matter to you.
 */
export type Audit = (entries: readonly AuditEntry[]) => unknown;

/** Whose decision it is. */
export type AuditSubject = Pick<AuditEntry, "subject" | "organization">;

export function auditSubjectOf({ claims }: Session): AuditSubject {
  return { subject: claims?.sub ?? null, organization: claims?.org_code ?? null };
}

/** The entry of a decision in an enforcer. */
export function auditEntryOf({ action, allowed, callId, metadata, resource }: Decision, session: Session): AuditEntry {
  return {
    requestId: null,
    ...auditSubjectOf(session),
    ...resource,
    action,
    effect: allowed ? "EFFECT_ALLOW" : "EFFECT_DENY",
    matchedPolicy: metadata?.matchedPolicy || null,
    callId: callId || null,
  };
}

/** The entries of a plan in an enforcer, one for each of its actions. */
export function auditEntriesOfPlan({ actions, callId, kind, resourceKind }: Plan, session: Session): AuditEntry[] {
  const about = { requestId: null, ...auditSubjectOf(session), kind: resourceKind, id: null };
  const planned = { effect: `KIND_${kind}`, matchedPolicy: null, callId: callId || null };
  return actions.map((action) => ({ ...about, action, ...planned }));
}

/** Hands the entries over, without waiting. */
export function record(audit: Audit, entries: readonly AuditEntry[]): void {
  if (entries.length === 0) return;
  // `async` turns what it throws at once into a rejection.
  void (async () => audit(entries))().catch(() => {});
}
