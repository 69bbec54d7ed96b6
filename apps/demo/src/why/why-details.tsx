import { type ReactNode } from "react";
import { Link } from "wouter";
import { type PolicyPlace } from "../../data/policy-rule.ts";
import { type Explanation, type ExplainedRule } from "./explanation.ts";
import { Ways } from "./ways.tsx";

/** An explanation in words: what the policy says, what would have to be different, and each rule with its line. */
export function WhyDetails({ explanation }: { readonly explanation: Explanation }): ReactNode {
  const { allowed, matchedPolicy, said, schemaErrors, rules, ways } = explanation;
  if (allowed) return <p>It is allowed now. The page will show it in a moment.</p>;
  return (
    <>
      {said.map((text) => (
        <p key={text} className="why-said">
          <span className="hint">The policy says:</span> {text}
        </p>
      ))}
      {schemaErrors.length > 0 && (
        <p>The attributes do not fit the schema, which denies every action: {schemaErrors.join(", ")}.</p>
      )}
      {matchedPolicy === null && <p>No policy covers this kind of resource, so every action is denied.</p>}
      {ways && <Ways ways={ways} />}
      {rules?.length === 0 && <p>No rule names this action, so it is denied for everyone.</p>}
      {rules && rules.length > 0 && (
        <>
          <h3>{rules.length === 1 ? "The rule for this action" : `The ${rules.length} rules for this action`}</h3>
          <ul className="why-rules">
            {rules.map((one) => (
              <Rule key={one.rule.line} {...one} />
            ))}
          </ul>
        </>
      )}
      {matchedPolicy !== null && !rules && (
        <p>
          The policy <code>{matchedPolicy}</code> decided. Its file is not among those that this page can read.
        </p>
      )}
    </>
  );
}

function Rule({ rule, held, verdict }: ExplainedRule): ReactNode {
  const { name, about, effect, roles, derivedRoles, condition } = rule;
  return (
    <li>
      <p>
        <PolicyLink {...rule}>{name || "a rule without a name"}</PolicyLink>
        {effect === "deny" && <span className="tag">denies</span>}
      </p>
      {about && <p className="hint">{about}</p>}
      {verdict === "not_for_user" ? (
        <p>
          You are not{" "}
          {derivedRoles.map((role, at) => (
            <span key={role.name}>
              {at > 0 && " or "}
              <PolicyLink {...role}>{role.name}</PolicyLink>
            </span>
          ))}
          {roles.length > 0 && ` ${roles.join(" or ")}`} in this organization, so it does not apply to you.
        </p>
      ) : (
        <>
          {held.length > 0 && <p>It applies to you as {held.map((role) => role.name).join(" and ")}.</p>}
          <p>
            {verdict === "condition_failed" ? "Its condition is not met:" : "Cerbos does not say whether it applied."}{" "}
            <code>{condition}</code>
          </p>
        </>
      )}
    </li>
  );
}

/** Leads to a line of the policies. */
function PolicyLink({ file, line, children }: PolicyPlace & { readonly children: ReactNode }): ReactNode {
  return (
    <Link href={`/policies?${new URLSearchParams({ file, line: `${line}` })}`} title={`${file}, line ${line}`}>
      {children}
    </Link>
  );
}
