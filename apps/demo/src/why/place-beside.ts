/** Room around it, in px. */
const GAP = 8;

/** So much of it can be read without scrolling, in px. */
const ENOUGH = 420;

/** Shows a popover below an element, or above it if that has more room, and keeps it there. Returns what ends that. */
export function placeBeside(popover: HTMLElement, anchor: HTMLElement): () => void {
  popover.showPopover();
  const place = (): void => {
    const { left, top, bottom, width } = anchor.getBoundingClientRect();
    const x = left + width / 2 - popover.offsetWidth / 2;
    const most = document.documentElement.clientWidth - popover.offsetWidth - GAP;
    const below = window.innerHeight - bottom;
    // Not by its own height, which changes when the reasons arrive: it would jump to the other side.
    const hasRoomBelow = below >= ENOUGH || below >= top;
    popover.style.left = `${Math.max(GAP, Math.min(x, most))}px`;
    popover.style.top = hasRoomBelow ? `${bottom + GAP}px` : "auto";
    popover.style.bottom = hasRoomBelow ? "auto" : `${window.innerHeight - top + GAP}px`;
    popover.style.maxHeight = `${(hasRoomBelow ? below : top) - 2 * GAP}px`;
  };
  place();
  const sizes = new ResizeObserver(place);
  sizes.observe(popover);
  const ends = new AbortController();
  window.addEventListener("scroll", place, { capture: true, passive: true, signal: ends.signal });
  window.addEventListener("resize", place, { signal: ends.signal });
  return () => {
    sizes.disconnect();
    ends.abort();
  };
}
