import { type ReactNode } from "react";
import { type Requirement } from "./requirements.ts";

const SIGNS = { true: "✓", false: "✗", unknown: "?" } as const;

/** The requirements for a resource, and which of them it meets. */
export function Ways({ ways }: { readonly ways: readonly (readonly Requirement[])[] }): ReactNode {
  if (ways.length === 0) {
    return (
      <p>
        It depends only on you, according to Cerbos’ plan: your roles, permissions or flags in this organization do not
        allow it.
      </p>
    );
  }
  return ways.map((requirements, at) => (
    <section key={requirements.map(({ text }) => text).join()}>
      <h3>{at === 0 ? "You may do it if" : "Or if"}</h3>
      <ul className="why-needs">
        {requirements.map(({ text, holds, actual }) => (
          <li key={text} data-holds={holds}>
            <span aria-hidden="true">{SIGNS[`${holds}`]}</span>
            <span>
              {text}
              {holds === true && <span className="unseen">: yes</span>}
              {holds === false && <strong>{actual ? `, but it is ${actual}` : ", but it is not"}</strong>}
              {holds === "unknown" && ", which only Cerbos can tell"}
            </span>
          </li>
        ))}
      </ul>
    </section>
  ));
}
