/** A box on the page, in px from the window's top left corner. */
export interface Frame {
  readonly top: number;
  readonly left: number;
  readonly width: number;
  readonly height: number;
}

/** Size of the mark for a component that renders nothing, in px. */
const EMPTY = { width: 28, height: 18 };
/** Distance from the node before it, in px. */
const GAP = 4;

/** Returns the box around nodes; `null` if they have no size, for example because they are hidden. */
export function frameAround(nodes: readonly Node[]): Frame | null {
  const rects = nodes.map(rectOf).filter(({ width, height }) => width > 0 && height > 0);
  if (rects.length === 0) return null;
  const top = Math.min(...rects.map((rect) => rect.top));
  const left = Math.min(...rects.map((rect) => rect.left));
  const bottom = Math.max(...rects.map((rect) => rect.bottom));
  const right = Math.max(...rects.map((rect) => rect.right));
  return { top, left, width: right - left, height: bottom - top };
}

/**
 * Returns a small box for a component that renders nothing: after the node before it, or in the corner of its parent.
 */
export function frameAt(parent: Node | null, before: Node | null): Frame | null {
  const beside = before && frameAround([before]);
  if (beside) return { ...EMPTY, top: beside.top, left: beside.left + beside.width + GAP };
  const around = parent && frameAround([parent]);
  return around && { ...EMPTY, top: around.top, left: around.left };
}

/** Whether a part of the box is in the window. */
export function isInWindow({ top, left, width, height }: Frame): boolean {
  return top < window.innerHeight && left < window.innerWidth && top + height > 0 && left + width > 0;
}

function rectOf(node: Node): DOMRect {
  if (node instanceof Element) return node.getBoundingClientRect();
  const range = document.createRange();
  range.selectNodeContents(node);
  return range.getBoundingClientRect();
}
