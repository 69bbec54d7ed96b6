import { type ReactNode, useEffect, useRef } from "react";
import { createRoot, type Root } from "react-dom/client";
import { STYLES } from "./styles.ts";
import { isTyped } from "./typed.ts";

interface ShadowRootProps {
  readonly children: ReactNode;
}

/**
 * Shows its children apart from the page, where it is: the page's styles do not reach them, and theirs do not reach the
 * page. They are in a React root of their own: neither their events nor an error in them get to other components.
 */
export function ShadowRoot({ children }: ShadowRootProps): ReactNode {
  const host = useRef<HTMLDivElement>(null);
  useShadow(host, children);
  return <div ref={host} style={APART} />;
}

/** The same above the page, at the end of its body. It takes no room there, and no component is around it. */
export function AbovePage({ children }: ShadowRootProps): ReactNode {
  const host = useRef<HTMLElement | null>(null);
  useEffect(() => {
    const element = document.body.appendChild(document.createElement("div"));
    Object.assign(element.style, APART, { position: "fixed" });
    host.current = element;
    return () => element.remove();
  }, []);
  useShadow(host, children);
  return null;
}

// The page's own styles for a host are stronger than those in its shadow.
const APART = { all: "initial" } as const;

/** Shows children in the shadow of an element. */
function useShadow(host: { readonly current: HTMLElement | null }, children: ReactNode): void {
  const root = useRef<Root | null>(null);
  useEffect(() => {
    if (host.current === null) return;
    const container = shadowOf(host.current).appendChild(document.createElement("div"));
    container.style.display = "contents";
    const created = createRoot(container);
    root.current = created;
    return () => {
      container.remove();
      // React is rendering now.
      queueMicrotask(() => created.unmount());
    };
  }, [host]);
  useEffect(() => root.current?.render(children), [children]);
}

function shadowOf(host: HTMLElement): ShadowRoot {
  if (host.shadowRoot) return host.shadowRoot;
  const shadow = host.attachShadow({ mode: "open" });
  // Not a <style> element: a page's Content-Security-Policy may forbid those.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLES);
  shadow.adoptedStyleSheets = [sheet];
  // The app sees the host in place of a field, and would take what is typed there for its own shortcuts.
  for (const type of ["keydown", "keypress", "keyup"]) {
    host.addEventListener(type, (event) => event instanceof KeyboardEvent && isTyped(event) && event.stopPropagation());
  }
  return shadow;
}
