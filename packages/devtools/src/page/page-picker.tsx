import { type ReactNode, useEffect, useMemo, useState } from "react";
import { type ComponentUse } from "./component-use.ts";
import { marksOf } from "./mark.ts";
import { Overlay } from "./overlay.tsx";
import { UsesByElement } from "./uses-by-element.ts";

interface PagePickerProps {
  readonly uses: readonly ComponentUse[];
  /** The root node of the panel, which stays usable while the user picks. */
  readonly panel: Node | null;
  readonly onPick: (uses: readonly ComponentUse[]) => void;
  readonly onEnd: () => void;
}

const PRESSES = ["pointerdown", "mousedown", "pointerup", "mouseup", "click", "auxclick", "dblclick"];

/**
 * Lets the user pick a component on the page: it frames the one under the pointer, and a click picks it. The app
 * receives none of these events. Escape cancels.
 */
export function PagePicker({ uses, panel, onPick, onEnd }: PagePickerProps): ReactNode {
  const [shield, setShield] = useState<Element | null>(null);
  const [hovered, setHovered] = useState<Element | null>(null);
  const byElement = useMemo(() => new UsesByElement(uses), [uses]);
  useEffect(() => {
    const isOnPage = (event: Event): boolean => panel === null || !event.composedPath().includes(panel);
    const onMove = (event: PointerEvent): void => setHovered(isOnPage(event) ? elementUnder(event, shield) : null);
    const onPress = (event: Event): void => {
      if (!isOnPage(event)) return;
      swallow(event);
      const picked = event instanceof MouseEvent && event.type === "click" && byElement.at(elementUnder(event, shield));
      if (picked && picked.length > 0) onPick(picked);
    };
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== "Escape") return;
      swallow(event);
      onEnd();
    };
    const listening = new AbortController();
    const options = { capture: true, signal: listening.signal };
    window.addEventListener("pointermove", onMove, options);
    window.addEventListener("keydown", onKey, options);
    for (const press of PRESSES) window.addEventListener(press, onPress, options);
    return () => listening.abort();
  }, [byElement, panel, shield, onPick, onEnd]);
  const marks = useMemo(() => marksOf(byElement.at(hovered)), [byElement, hovered]);
  return (
    <Overlay marks={marks}>
      <div className="shield" ref={setShield} />
    </Overlay>
  );
}

/**
 * Returns the page's element under the pointer. The shield covers the page, so that disabled buttons can be picked too.
 */
function elementUnder({ clientX, clientY }: MouseEvent, shield: Element | null): Element | null {
  const root = shield?.getRootNode();
  const host = root instanceof ShadowRoot ? root.host : null;
  return document.elementsFromPoint(clientX, clientY).find((element) => element !== host) ?? null;
}

function swallow(event: Event): void {
  event.preventDefault();
  event.stopImmediatePropagation();
}
