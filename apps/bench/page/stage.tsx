import { type ReactNode } from "react";
import { createRoot } from "react-dom/client";
import { type Decisions } from "./ask.ts";
import { type BenchCheck, keyOf } from "./check.ts";
import { type Contender } from "./contender.tsx";

/** Where a contender shows its checks. */
export interface Stage {
  /** Shows checks, or none. */
  readonly show: (checks: readonly BenchCheck[] | null) => void;
  /** Whether each check is shown as the PDP decides it. */
  readonly isRight: (checks: readonly BenchCheck[], truth: Decisions) => () => boolean;
  /** Throws with the first check that is not. */
  readonly verify: (checks: readonly BenchCheck[], truth: Decisions) => void;
  readonly close: () => void;
}

/** An empty page with the contender's provider on it. */
export function openStage({ Provider, Checks }: Contender): Stage {
  const list = document.body.appendChild(document.createElement("ul"));
  const root = createRoot(list);
  const render = (children: ReactNode): void => root.render(<Provider>{children}</Provider>);
  const { children } = list;

  return {
    show: (checks) => render(checks && <Checks checks={checks} />),

    isRight(checks, truth) {
      const right = checks.map((check) => classOf(check, truth));
      let upTo = 0;
      // Asked after each commit, and some contenders have one for each check: what was right is not looked at again.
      return () => {
        if (children.length !== right.length) return false;
        while (upTo < right.length && children[upTo]?.className === right[upTo]) upTo += 1;
        if (upTo < right.length) return false;
        upTo = right.findIndex((name, at) => children[at]?.className !== name);
        return upTo === -1;
      };
    },

    verify(checks, truth) {
      if (children.length !== checks.length)
        throw new Error(`${children.length} of ${checks.length} checks are shown.`);
      checks.forEach((check, at) => {
        const shown = children[at]?.className;
        const right = classOf(check, truth);
        if (shown !== right) throw new Error(`${keyOf(check)} is shown as ${shown}, and the PDP says ${right}.`);
      });
    },

    close() {
      root.unmount();
      list.remove();
    },
  };
}

/** As in `view.tsx`. */
function classOf(check: BenchCheck, truth: Decisions): string {
  return truth.get(keyOf(check)) === true ? "allowed" : "denied";
}
