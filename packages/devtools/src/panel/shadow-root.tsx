import { type ReactNode, useCallback, useState } from "react";
import { createPortal } from "react-dom";
import { STYLES } from "./styles.ts";

/** Shows its children apart from the page: the page's styles do not reach them, and theirs do not reach the page. */
export function ShadowRoot({ children }: { readonly children: ReactNode }): ReactNode {
  const [root, setRoot] = useState<ShadowRoot | null>(null);
  const host = useCallback((element: HTMLElement | null) => setRoot(element && shadowOf(element)), []);
  return <div ref={host}>{root && createPortal(children, root)}</div>;
}

function shadowOf(host: HTMLElement): ShadowRoot {
  const shadow = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  // Not a <style> element: a page's Content-Security-Policy may forbid those.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLES);
  shadow.adoptedStyleSheets = [sheet];
  return shadow;
}
