"use client";

import { type ReactNode, useCallback, useEffect, useState } from "react";
import { pageRecorder } from "../record/page-recorder.ts";
import { Panel } from "./panel.tsx";
import { AbovePage } from "./shadow-root.tsx";
import { type Theme } from "./theme.ts";
import { useHotkey } from "./use-hotkey.ts";
import { usePagePadding } from "./use-page-padding.ts";

/** Options for `<PermissionsDevtools>`. */
export interface PermissionsDevtoolsProps {
  /** Whether the panel is open at first. Default: false. */
  readonly initialIsOpen?: boolean;
  /**
   * The edge of the window where the panel is docked at first. The panel has a button for the other one. Default:
   * `bottom`.
   */
  readonly dock?: Dock;
  /** The key that opens and closes the panel, as in `KeyboardEvent.key`; `null` for none. Default: `F8`. */
  readonly hotkey?: string | null;
  /** The color scheme of the panel. Default: the system's preference. */
  readonly theme?: Theme;
}

/** The edge of the window where the panel is docked. */
type Dock = "bottom" | "right";

/** The button in the corner that opens the panel, or the open panel. */
export function Devtools({
  initialIsOpen = false,
  dock: firstDock = "bottom",
  hotkey = "F8",
  theme,
}: PermissionsDevtoolsProps): ReactNode {
  const [isOpen, setIsOpen] = useState(initialIsOpen);
  const [dock, setDock] = useState(firstDock);
  const [docked, setDocked] = useState<HTMLElement | null>(null);
  usePagePadding(docked, dock);
  const toggle = useCallback(() => setIsOpen((was) => !was), []);
  useHotkey(hotkey, toggle);
  // Recording starts before the panel is opened.
  useEffect(() => void pageRecorder(), []);
  const other = dock === "bottom" ? "right" : "bottom";
  return (
    <AbovePage>
      {isOpen ? (
        <div className={`docked ${dock}`} ref={setDocked}>
          <Panel
            recorder={pageRecorder()}
            theme={theme}
            buttons={
              <>
                <button onClick={() => setDock(other)}>Dock {other}</button>
                <button onClick={toggle}>Close{hotkey !== null && <kbd>{hotkey}</kbd>}</button>
              </>
            }
          />
        </div>
      ) : (
        <button
          className="opener"
          style={theme && { colorScheme: theme }}
          onClick={toggle}
          aria-label="Open kinde-cerbos devtools"
          title={hotkey ?? undefined}
        >
          Permissions
        </button>
      )}
    </AbovePage>
  );
}
