import { type ReactNode, useEffect, useRef } from "react";
import { createRoot, type Root } from "react-dom/client";
import { isTyped } from "./is-typed.ts";
import { STYLES } from "./styles.ts";

interface ShadowRootProps {
  readonly children: ReactNode;
}

/**
 * Renders its children in a shadow root and their own React root. The page's styles do not affect them, and theirs do
 * not affect the page. Their events and errors do not reach other components.
 */
export function ShadowRoot({ children }: ShadowRootProps): ReactNode {
  const host = useRef<HTMLDivElement>(null);
  useShadow(host, children);
  return <div ref={host} style={APART} />;
}

/** Like {@link ShadowRoot}, but above the page, at the end of the body. It takes no space there. */
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

// The page's styles for a host override those in its shadow root, so they are reset.
const APART = { all: "initial" } as const;

/** Renders children in the shadow root of an element. */
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
      // A root must not be unmounted while React is rendering.
      queueMicrotask(() => created.unmount());
    };
  }, [host]);
  useEffect(() => root.current?.render(children), [children]);
}

function shadowOf(host: HTMLElement): ShadowRoot {
  if (host.shadowRoot) return host.shadowRoot;
  const shadow = host.attachShadow({ mode: "open" });
  // Not a <style> element, which a page's Content-Security-Policy may forbid.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLES);
  shadow.adoptedStyleSheets = [sheet];
  // The app sees the host instead of the field as the event target, so it would treat typed keys as shortcuts.
  for (const type of ["keydown", "keypress", "keyup"]) {
    host.addEventListener(type, (event) => event instanceof KeyboardEvent && isTyped(event) && event.stopPropagation());
  }
  return shadow;
}
