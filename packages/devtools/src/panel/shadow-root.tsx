import { type ReactNode, useLayoutEffect, useState } from "react";
import { createPortal } from "react-dom";
import { STYLES } from "./styles.ts";

/** Shows its children apart from the page: the page's styles do not reach them, and theirs do not reach the page. */
export function ShadowRoot({ children }: { readonly children: ReactNode }): ReactNode {
  const [host, setHost] = useState<HTMLElement | null>(null);
  const [root, setRoot] = useState<ShadowRoot | null>(null);
  useLayoutEffect(() => {
    if (host === null) return;
    const shadow = host.shadowRoot ?? host.attachShadow({ mode: "open" });
    // Not a <style> element: a page's Content-Security-Policy may forbid those.
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLES);
    shadow.adoptedStyleSheets = [sheet];
    setRoot(shadow);
  }, [host]);
  return <div ref={setHost}>{root && createPortal(children, root)}</div>;
}
