import { type ReactNode } from "react";
import { createRoot, type Root } from "react-dom/client";
import { AbovePage } from "../panel/shadow-root.tsx";
import { type Theme } from "../panel/theme.ts";
import { describeTrial } from "./describe-trial.ts";
import { useTrials, whatIf } from "./page-what-if.ts";

/** Where it is on the page; `null` before the first panel. */
let root: Root | null = null;

/**
 * Puts the banner on the page, once for all panels. It is apart from them: they may be closed while something is tried
 * out, and what they are in may be hidden.
 */
export function showBanner(theme: Theme | undefined): void {
  root ??= createRoot(document.createElement("div"));
  root.render(
    <AbovePage>
      <WhatIfBanner theme={theme} />
    </AbovePage>,
  );
}

/** Says on the page, also while the panel is closed, what is tried out, and ends it. */
function WhatIfBanner({ theme }: { readonly theme?: Theme | undefined }): ReactNode {
  const trials = useTrials();
  return (
    // Always there: screen readers announce what changes inside of it.
    <output>
      {trials.size > 0 && (
        <span className="banner" style={theme && { colorScheme: theme }}>
          <span>
            <strong>What if:</strong> {[...trials.values()].flatMap(describeTrial).join(" ")} In this browser only. Your
            API does not know of it.
          </span>
          <button onClick={() => [...trials.keys()].forEach((id) => whatIf.undo(id))}>Undo</button>
        </span>
      )}
    </output>
  );
}
