import { type ReactNode } from "react";
import { type TabProps } from "../panel/tab.ts";
import { AllChecks } from "./all-checks.tsx";
import { describeTrial } from "./describe-trial.ts";
import { Overrides } from "./overrides.tsx";
import { useTrial, whatIf } from "./page-what-if.ts";
import { isNothing } from "./trial.ts";
import { ViewAs } from "./view-as.tsx";

/** Tries out how the page behaves with other decisions, or for another user. */
export function WhatIfTab({ provider }: TabProps): ReactNode {
  const trial = useTrial(provider.id);
  if (provider.session.status === "signed_out") {
    return <p className="empty">Nobody is signed in, so every check is denied, and there is nothing to try out.</p>;
  }
  return (
    <div className="what-if">
      <p>
        Try how this page behaves. It happens in this browser only: the API behind the page still decides for the user
        who is signed in. A reload ends it, and so does a sign-out.
      </p>
      {!isNothing(trial) && (
        <p>
          <strong>{describeTrial(trial).join(" ")}</strong>{" "}
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
