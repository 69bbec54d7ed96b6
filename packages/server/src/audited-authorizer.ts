import { type Authorizer, type AuthorizerOptions, AuthzError } from "@kinde-cerbos/core";
import { type Audit, auditEntriesOfPlan, auditEntryOf, record } from "./audit.ts";

/** Makes an authorizer whose decisions and plans are recorded. */
export function audited(
  audit: Audit,
  make: (onDecision: NonNullable<AuthorizerOptions["onDecision"]>) => Authorizer,
): Authorizer {
  const authorizer = make((_, outcome) => {
    if (!(outcome instanceof AuthzError)) record(audit, [auditEntryOf(outcome, authorizer.session)]);
  });
  const plan = authorizer.plan.bind(authorizer);
  const recorded: Pick<Authorizer, "plan"> = {
    async plan(query, options) {
      const planned = await plan(query, options);
      record(audit, auditEntriesOfPlan(planned, authorizer.session));
      return planned;
    },
  };
  return Object.assign(authorizer, recorded);
}
