import { type ReactNode } from "react";
import { type DiffLine } from "./diff.ts";

const SIGNS = { added: "+", removed: "−", kept: "" };
const WORDS = { added: "New: ", removed: "Gone: ", kept: "" };

interface DiffListProps {
  readonly title: string;
  /** A description, in a sentence. */
  readonly hint: string;
  readonly lines: readonly DiffLine[];
}

/** An object before and after, line by line. */
export function DiffList({ title, hint, lines }: DiffListProps): ReactNode {
  return (
    <section className="card people-diff" aria-label={title}>
      <h2>{title}</h2>
      <p className="hint">{hint}</p>
      <ul>
        {lines.map(({ name, text, change }) => (
          <li key={`${name} ${text} ${change}`} data-change={change}>
            <span aria-hidden="true">{SIGNS[change]}</span>
            <code>
              <span className="unseen">{WORDS[change]}</span>
              {name}: {text}
            </code>
          </li>
        ))}
      </ul>
    </section>
  );
}
