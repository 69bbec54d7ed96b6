import { type ReactNode } from "react";
import { type TabProps } from "../panel/tab.ts";
import { AllChecks } from "./all-checks.tsx";
import { describeScenario } from "./describe-scenario.ts";
import { Overrides } from "./overrides.tsx";
import { useScenario, whatIf } from "./page-what-if.ts";
import { isNothing } from "./scenario.ts";
import { ViewAs } from "./view-as.tsx";

/** Simulates other decisions, or another user, on the page. */
export function WhatIfTab({ provider }: TabProps): ReactNode {
  const scenario = useScenario(provider.id);
  if (provider.session.status === "signed_out") {
    return <p className="empty">Nobody is signed in, so every check is denied. Sign in to simulate other decisions.</p>;
  }
  return (
    <div className="what-if">
      <p>
        Simulate other decisions or another user on this page. Only this browser is affected: your API still decides for
        the signed-in user. A reload or sign-out ends the simulation.
      </p>
      {!isNothing(scenario) && (
        <p>
          <strong>{describeScenario(scenario).join(" ")}</strong>{" "}
          <button onClick={() => whatIf.undo(provider.id)}>Undo everything</button>
        </p>
      )}
      <div className="columns">
        <AllChecks provider={provider} />
        <ViewAs provider={provider} />
      </div>
      <Overrides provider={provider} />
    </div>
  );
}
