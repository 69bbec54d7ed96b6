import { type ReactNode } from "react";
import { DOCS_URL, REPOSITORY_URL } from "../repository.ts";

/** Links to the documentation and the code. */
export function Footer(): ReactNode {
  return (
    <footer className="footer">
      <p>
        {OWN_KINDE
          ? "The page runs on this machine, with your own Kinde and a real Cerbos server."
          : "Everything runs on this machine: a local Kinde and real Cerbos servers."}
      </p>
      <nav aria-label="Read on">
        <a href={DOCS_URL}>Documentation</a>
        <a href={REPOSITORY_URL}>Repository</a>
      </nav>
    </footer>
  );
}
