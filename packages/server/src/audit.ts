import { type Decision, type Plan, type Session } from "@kinde-cerbos/core";

/** One decision for an audit log: who was allowed what. It contains no token, no other claim and no attribute. */
export interface AuditEntry {
  /** The gateway's id of the request, as in its log and in `x-request-id`; `null` from an enforcer. */
  readonly requestId: string | null;
  /** The `sub` of the token; `null` for an anonymous request. */
  readonly subject: string | null;
  /** The `org_code` of the token; `null` if it has none. */
  readonly organization: string | null;
  /** The kind of the resource. */
  readonly kind: string;
  /** The id of the resource; `null` for a plan, which covers all resources of a kind. */
  readonly id: string | null;
  /** The action that was decided. */
  readonly action: string;
  /** The effect as Cerbos names it: `EFFECT_ALLOW`, `EFFECT_DENY`; for a plan `KIND_ALWAYS_ALLOWED` and so on. */
  readonly effect: string;
  /** The policy that decided, such as `resource.document.vdefault`, or `NO_MATCH`; `null` if the PDP does not say. */
  readonly matchedPolicy: string | null;
  /** The PDP's call id, to find the decision in its own audit log; `null` if the PDP does not say. */
  readonly callId: string | null;
}

/**
 * Called with the decisions of a request after they were made: all of one answer at once, never an empty list. If it
 * throws or rejects, the answer does not change and nothing is reported: catch the errors that matter to you.
 */
export type Audit = (entries: readonly AuditEntry[]) => unknown;

/** The user and the organization of a decision. */
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

/** Calls the audit without waiting for it. */
export function record(audit: Audit, entries: readonly AuditEntry[]): void {
  if (entries.length === 0) return;
  // `async` turns what it throws at once into a rejection.
  void (async () => audit(entries))().catch(() => {});
}
