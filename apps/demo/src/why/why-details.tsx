import { type ReactNode } from "react";
import { Link } from "wouter";
import { type PolicyPlace } from "../../data/policy-rule.ts";
import { type Explanation, type ExplainedRule } from "./explanation.ts";
import { Ways } from "./ways.tsx";

/** An explanation in words: what the policy says, what would have to be different, and each rule with its line. */
export function WhyDetails({ explanation }: { readonly explanation: Explanation }): ReactNode {
  const { allowed, matchedPolicy, exception, explanations, schemaErrors, rules, ways } = explanation;
  if (allowed) return <p>It is allowed now. The page will show it in a moment.</p>;
  return (
    <>
      {explanations.map((text) => (
        <p key={text} className="why-explanation">
          <span className="hint">The policy says:</span> {text}
        </p>
      ))}
      {schemaErrors.length > 0 && (
        <p>The attributes do not fit the schema, which denies every action: {schemaErrors.join(", ")}.</p>
      )}
      {matchedPolicy === null && <p>No policy covers this kind of resource, so every action is denied.</p>}
      {ways && (ways.length > 0 || dependsOnUser(explanation)) && <Ways ways={ways} />}
      {rules?.length === 0 && <p>No rule names this action, so it is denied for everyone.</p>}
      {rules && rules.length > 0 && (
        <>
          <h3>{rules.length === 1 ? "The rule for this action" : `The ${rules.length} rules for this action`}</h3>
          <ul className="why-rules">
            {rules.map((one) => (
              <Rule key={`${one.rule.file} ${one.rule.line}`} {...one} />
            ))}
          </ul>
        </>
      )}
      {exception && (
        <p>
          Decided by <PolicyLink {...exception}>{matchedPolicy}</PolicyLink>, a policy for one user or one role. It
          takes precedence over the rules for this kind of resource.
        </p>
      )}
      {matchedPolicy !== null && !rules && !exception && (
        <p>
          The policy <code>{matchedPolicy}</code> decided. Its file is not among those that this page can read.
        </p>
      )}
    </>
  );
}

/** Whether no resource would be another matter: no rule denies this one, and its attributes are well-formed. */
function dependsOnUser({ matchedPolicy, schemaErrors, rules }: Explanation): boolean {
  const isOpen = matchedPolicy !== null && schemaErrors.length === 0;
  return isOpen && rules?.length !== 0 && !rules?.some(({ verdict }) => verdict === "denies");
}

function verdictText({ verdict, held, rule }: ExplainedRule): string {
  if (verdict === "condition_failed") return "Its condition is not met:";
  if (verdict !== "denies") return "Cerbos does not say whether it applied.";
  const to = [...rule.roles, ...held.map(({ name }) => name)];
  return `It denies this action to ${to.includes("*") ? "everyone" : to.join(" and ")}.`;
}

function Rule(explained: ExplainedRule): ReactNode {
  const { rule, held, verdict } = explained;
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
          {derivedRoles.length > 0 && roles.length > 0 && " or "}
          {roles.join(" or ")} here, so it does not apply to you.
        </p>
      ) : (
        <>
          {held.length > 0 && <p>It applies to you as {held.map((role) => role.name).join(" and ")}.</p>}
          <p>
            {verdictText(explained)}
            {condition && (
              <>
                {" "}
                {verdict === "unknown" && "Its condition: "}
                <code>{condition}</code>
              </>
            )}
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
