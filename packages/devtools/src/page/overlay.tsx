import { type ReactNode, useEffect, useState } from "react";
import { AbovePage } from "../panel/shadow-root.tsx";
import { type Mark, type PlacedMark, placedMarks } from "./mark.ts";

interface OverlayProps {
  readonly marks: readonly Mark[];
  /** Also rendered above the page. */
  readonly children?: ReactNode;
}

/** Draws frames above the page that follow their elements. They do not receive pointer events. */
export function Overlay({ marks, children }: OverlayProps): ReactNode {
  const placed = usePlacedMarks(marks);
  // Rendered above the page, because an element around the panel may move it or clip it.
  return (
    <AbovePage>
      {children}
      <div className="marks" aria-hidden="true">
        {placed.map(({ key, look, label, frame, isEmpty }) => (
          <div
            key={key}
            className={`mark ${look}${isEmpty ? " nothing" : ""}`}
            style={isEmpty ? { top: frame.top, left: frame.left, maxWidth: `calc(100vw - ${frame.left}px)` } : frame}
          >
            <span className={frame.top < LABEL_HEIGHT ? "label inside" : "label"}>{label}</span>
          </div>
        ))}
      </div>
    </AbovePage>
  );
}

/** Height that a label needs above its frame, in px. */
const LABEL_HEIGHT = 20;

function usePlacedMarks(marks: readonly Mark[]): readonly PlacedMark[] {
  const [placed, setPlaced] = useState<readonly PlacedMark[]>([]);
  useEffect(() => {
    let request = 0;
    const place = (): void => {
      request = 0;
      setPlaced(placedMarks(marks));
    };
    const placeSoon = (): void => void (request ||= requestAnimationFrame(place));
    place();
    if (marks.length === 0) return;
    // In the capture phase, because scroll events do not bubble.
    const listening = new AbortController();
    for (const event of ["scroll", "resize", "transitionend", "animationend"]) {
      window.addEventListener(event, placeSoon, { capture: true, passive: true, signal: listening.signal });
    }
    const sizes = new ResizeObserver(placeSoon);
    sizes.observe(document.body);
    return () => {
      listening.abort();
      sizes.disconnect();
      cancelAnimationFrame(request);
    };
  }, [marks]);
  return placed;
}
