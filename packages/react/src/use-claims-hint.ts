"use client";

import { missingClaimsHint, type Session } from "@kinde-cerbos/core";
import { useEffect } from "react";

/** Replaced by the app's bundler. */
declare const process: { readonly env: { readonly NODE_ENV?: string } };

let isGiven = false;

/** Says once, and in development only, which claims the token lacks that policies commonly read. */
export function useClaimsHint(session: Session | null): void {
  if (process.env.NODE_ENV === "production") return;
  const claims = session?.claims ?? null;
  // oxlint-disable-next-line react-hooks/rules-of-hooks -- a build is for production or not, and stays so
  useEffect(() => {
    if (isGiven || claims === null) return;
    const hint = missingClaimsHint(claims);
    if (hint === null) return;
    isGiven = true;
    console.warn(hint);
  }, [claims]);
}
