import { type ReactNode } from "react";
import { Link } from "wouter";
import { usePageHead } from "./use-page-head.ts";

/** For an address that no page has. */
export function NotFound(): ReactNode {
  const heading = usePageHead("Page not found", "There is no page at this address.");
  return (
    <main id="main" tabIndex={-1} className="page">
      <header className="page-head">
        <h1 ref={heading} tabIndex={-1}>
          Page not found
        </h1>
        <p className="lead">
          There is no page at this address. <Link href="/">Go to the workspace</Link>
        </p>
      </header>
    </main>
  );
}
