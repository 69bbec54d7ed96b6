import { type ReactNode } from "react";
import { type Theme } from "../panel/theme.ts";
import { describeTrial } from "./describe-trial.ts";
import { useTrials, whatIf } from "./page-what-if.ts";

/** Says on the page, also while the panel is closed, what is tried out, and ends it. */
export function WhatIfBanner({ theme }: { readonly theme?: Theme | undefined }): ReactNode {
  const trials = useTrials();
  return (
    // Always there: screen readers announce what changes inside of it.
    <output>
      {trials.size > 0 && (
        <span className="banner" style={theme && { colorScheme: theme }}>
          <strong>What if</strong>
          <span>
            {[...trials.values()].flatMap(describeTrial).join(" ")} In this browser only. Your API does not know of it.
          </span>
          <button onClick={() => [...trials.keys()].forEach((id) => whatIf.undo(id))}>Undo</button>
        </span>
      )}
    </output>
  );
}
