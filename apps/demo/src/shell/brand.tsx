import { type ReactNode } from "react";
import { Link } from "wouter";

/** The playground's mark and name, which lead to its first page. */
export function Brand(): ReactNode {
  return (
    <Link href="/" className="brand">
      <Mark />
      <span>
        kinde-cerbos <span className="brand-part">playground</span>
      </span>
    </Link>
  );
}

/** A key whose bit is a check mark: who you are, and what you may do. The same as public/mark.svg. */
function Mark(): ReactNode {
  return (
    <svg viewBox="0 0 24 24" width="26" height="26" fill="none" aria-hidden="true">
      <rect width="24" height="24" rx="6.5" fill="#3b4fd8" />
      <circle cx="7.75" cy="12" r="2.75" stroke="#fff" strokeWidth="2" />
      <path d="M10.5 12.25l3.25 3.5 5-7" stroke="#fff" strokeWidth="2" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}
