import { type RefObject, useEffect, useRef } from "react";

/** Whether a page was shown before: the first one keeps the focus where the browser puts it. */
let hasNavigated = false;

/**
 * Names the page in the browser's tab and for search engines. A page that was navigated to gets the focus on its
 * heading, which has the ref, so that a screen reader reads it and the next Tab goes on from there.
 */
export function usePageHead(title: string, description: string): RefObject<HTMLHeadingElement | null> {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · kinde-cerbos playground`;
    document.querySelector('meta[name="description"]')?.setAttribute("content", description);
  }, [title, description]);
  useEffect(() => {
    if (hasNavigated) {
      heading.current?.focus({ preventScroll: true });
      window.scrollTo(0, 0);
    }
    return () => {
      hasNavigated = true;
    };
  }, []);
  return heading;
}
