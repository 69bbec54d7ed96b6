import { type ReactNode } from "react";
import { Link } from "wouter";
import type { PolicyProblem } from "../../../server/playground/policy-problems.ts";
import { addressOf } from "./file-list.tsx";

/** The problems that Cerbos finds in the policies, each with a link to its line. */
export function ProblemList({ problems }: { readonly problems: readonly PolicyProblem[] }): ReactNode {
  return (
    <ul className="problems">
      {problems.map((problem) => (
        <li key={JSON.stringify(problem)}>
          {problem.file !== "" && (
            <Link href={addressOf(problem.file, problem.line)} replace>
              {problem.file}
              {problem.line !== null && `, line ${problem.line}`}
            </Link>
          )}
          <span>{problem.message}</span>
        </li>
      ))}
    </ul>
  );
}
