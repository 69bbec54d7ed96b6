"use client";

import { type ReactNode, useCallback, useEffect, useState } from "react";
import { pageRecorder } from "../record/page-recorder.ts";
import { Panel } from "./panel.tsx";
import { AbovePage } from "./shadow-root.tsx";
import { type Theme } from "./theme.ts";
import { useHotkey } from "./use-hotkey.ts";
import { useRoom } from "./use-room.ts";

/** Options for `<PermissionsDevtools>`. */
export interface PermissionsDevtoolsProps {
  /** Whether the panel is open at first. Default: false. */
  readonly initialIsOpen?: boolean;
  /** The edge of the window that the panel begins at; the user may choose the other one. Default: `bottom`. */
  readonly dock?: Dock;
  /** The key that opens and closes the panel, as `KeyboardEvent.key` has it; `null` for none. Default: `F8`. */
  readonly hotkey?: string | null;
  /** The colors of the panel. Default: what the system prefers. */
  readonly theme?: Theme;
}

/** The edge of the window that the panel is at. */
type Dock = "bottom" | "right";

/** The panel in a corner of the page, or open at an edge of the window. */
export function Devtools({
  initialIsOpen = false,
  dock: firstDock = "bottom",
  hotkey = "F8",
  theme,
}: PermissionsDevtoolsProps): ReactNode {
  const [isOpen, setIsOpen] = useState(initialIsOpen);
  const [dock, setDock] = useState(firstDock);
  const [docked, setDocked] = useState<HTMLElement | null>(null);
  useRoom(docked, dock);
  const toggle = useCallback(() => setIsOpen((was) => !was), []);
  useHotkey(hotkey, toggle);
  // It records what happens before it is opened, too.
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
          can?
        </button>
      )}
    </AbovePage>
  );
}
