import { type ReactNode } from "react";
import { Link } from "wouter";
import type { PolicyTestRun } from "../../../server/playground/policy-tests.ts";
import { addressOf } from "./file-list.tsx";
import { ProblemList } from "./problem-list.tsx";

const WORDS: { readonly [effect: string]: string } = { EFFECT_ALLOW: "allowed", EFFECT_DENY: "denied" };

/** The results of the policy tests, failures first. */
export function TestResults({ run: { tests, problems } }: { readonly run: PolicyTestRun }): ReactNode {
  const failed = tests.filter(({ failures }) => failures.length > 0);
  const checks = tests.reduce((sum, { passed }) => sum + passed, 0);
  const failures = failed.reduce((sum, test) => sum + test.failures.length, 0);
  const isGood = failures === 0 && problems.length === 0;
  return (
    <section className="card test-results" aria-label="Policy tests">
      <h2>Policy tests</h2>
      <output className={isGood ? "good" : "bad"}>
        {isGood
          ? `All ${checks.toLocaleString("en")} checks of ${tests.length} tests passed.`
          : failures === 0
            ? "Not all tests could run."
            : `${failures.toLocaleString("en")} of ${(checks + failures).toLocaleString("en")} checks failed.`}
      </output>
      {problems.length > 0 && <ProblemList problems={problems} />}
      {failed.map(({ file, suite, name, failures: wrong }) => (
        <details key={`${suite} ${name}`} open={failed.length === 1}>
          <summary>
            {name} <span className="hint">{wrong.length} failed</span>
          </summary>
          <p>
            <Link href={addressOf(file)} replace>
              {file}
            </Link>
          </p>
          <ul>
            {wrong.map(({ principal, resource, action, expected, actual }) => (
              <li key={`${principal} ${resource} ${action}`}>
                <strong>{principal}</strong>, {action} <strong>{resource}</strong>: expected{" "}
                {WORDS[expected] ?? "a result"}, was {WORDS[actual] ?? actual}
              </li>
            ))}
          </ul>
        </details>
      ))}
    </section>
  );
}
