import { type KindeClaims, type Principal } from "@kinde-cerbos/core";
import { type ReactNode } from "react";
import { addedAttributes } from "./claim-rows.ts";
import { JsonValue } from "./json-value.tsx";

interface PrincipalDetailsProps {
  readonly principal: Principal;
  readonly claims: KindeClaims | null;
}

/** Shows the principal that the browser sends. */
export function PrincipalDetails({ principal, claims }: PrincipalDetailsProps): ReactNode {
  const { id, roles, attr, scope, policyVersion } = principal;
  const added = addedAttributes(claims, principal);
  return (
    <section aria-label="Principal">
      <h2>Principal</h2>
      <p className="muted">
        The browser sends this principal. A gateway replaces it with the principal from the verified token.
      </p>
      <dl>
        <dt>Id</dt>
        <dd>
          <code>{id}</code>
        </dd>
        <dt>Roles</dt>
        <dd>
          <code>{roles.join(", ")}</code>
        </dd>
        {scope !== undefined && <Field name="Scope" value={scope} />}
        {policyVersion !== undefined && <Field name="Policy version" value={policyVersion} />}
        {Object.entries(attr).map(([name, value]) => (
          <Field key={name} name={name} value={value} isCode note={added.includes(name) ? "not from a claim" : ""} />
        ))}
      </dl>
    </section>
  );
}

interface FieldProps {
  readonly name: string;
  readonly value: unknown;
  readonly isCode?: boolean;
  readonly note?: string;
}

function Field({ name, value, isCode = false, note = "" }: FieldProps): ReactNode {
  return (
    <>
      <dt>{isCode ? <code>attr.{name}</code> : name}</dt>
      <dd>
        <JsonValue value={value} /> {note && <span className="muted">({note})</span>}
      </dd>
    </>
  );
}
