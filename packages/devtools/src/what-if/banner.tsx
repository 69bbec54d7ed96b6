import { type ReactNode } from "react";
import { createRoot, type Root } from "react-dom/client";
import { AbovePage } from "../panel/shadow-root.tsx";
import { type Theme } from "../panel/theme.ts";
import { describeScenario } from "./describe-scenario.ts";
import { useScenarios, whatIf } from "./page-what-if.ts";

/** The React root of the banner; `null` until a panel is rendered. */
let root: Root | null = null;

/**
 * Adds the banner to the page, once for all panels. It is separate from the panels, which may be closed or hidden
 * during a simulation.
 */
export function showBanner(theme: Theme | undefined): void {
  root ??= createRoot(document.createElement("div"));
  root.render(
    <AbovePage>
      <WhatIfBanner theme={theme} />
    </AbovePage>,
  );
}

/** Describes the simulation on the page, also while the panel is closed, and has a button that ends it. */
function WhatIfBanner({ theme }: { readonly theme?: Theme | undefined }): ReactNode {
  const scenarios = useScenarios();
  return (
    // Always rendered, because screen readers announce changes inside of it.
    <output>
      {scenarios.size > 0 && (
        <span className="banner" style={theme && { colorScheme: theme }}>
          <span>
            <strong>What if:</strong> {[...scenarios.values()].flatMap(describeScenario).join(" ")} Simulated in this
            browser only. Your API is not affected.
          </span>
          <button onClick={() => [...scenarios.keys()].forEach((id) => whatIf.undo(id))}>Undo</button>
        </span>
      )}
    </output>
  );
}
