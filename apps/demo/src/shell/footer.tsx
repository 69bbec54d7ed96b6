import { type ReactNode } from "react";
import { DOCS_URL, REPOSITORY_URL } from "../repository.ts";

/** Where to read on. */
export function Footer(): ReactNode {
  return (
    <footer className="footer">
      <p>
        {OWN_KINDE
          ? "Runs on this machine, with your own Kinde and a real Cerbos PDP."
          : "Runs on this machine: a local issuer in place of Kinde, and real Cerbos PDPs."}
      </p>
      <nav aria-label="Read on">
        <a href={DOCS_URL}>Documentation</a>
        <a href={REPOSITORY_URL}>Repository</a>
      </nav>
    </footer>
  );
}
