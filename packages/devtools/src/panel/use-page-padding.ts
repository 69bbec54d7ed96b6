import { useEffect } from "react";

/**
 * Pads the page on the side of a docked element, so that the end of the page can be scrolled into view. `null` removes
 * the padding.
 */
export function usePagePadding(element: HTMLElement | null, edge: "bottom" | "right"): void {
  useEffect(() => {
    if (element === null) return;
    const { style } = document.body;
    const property = edge === "bottom" ? "padding-bottom" : "padding-right";
    const before = style.getPropertyValue(property);
    const resize = new ResizeObserver(([{ borderBoxSize } = { borderBoxSize: [] }]) => {
      const { blockSize = 0, inlineSize = 0 } = borderBoxSize[0] ?? {};
      // A panel that covers the whole width of the window needs no padding beside it.
      const size = edge === "bottom" ? blockSize : inlineSize >= window.innerWidth ? 0 : inlineSize;
      style.setProperty(property, `${size}px`);
    });
    resize.observe(element);
    return () => {
      resize.disconnect();
      if (before === "") style.removeProperty(property);
      else style.setProperty(property, before);
    };
  }, [element, edge]);
}
