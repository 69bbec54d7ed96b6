"use client";

import { type Session } from "@kinde-cerbos/core";
import { useEffect } from "react";
import { development } from "./development.ts";

let isGiven = false;

/** Says once, and in development only, which claims the token lacks that policies commonly read. */
export function useClaimsHint(session: Session | null): void {
  if (!development) return;
  const claims = session?.claims ?? null;
  // oxlint-disable-next-line react-hooks/rules-of-hooks -- a build is for production or not, and stays so
  useEffect(() => {
    if (isGiven || claims === null || !development) return;
    const hint = development.missingClaimsHint(claims);
    if (hint === null) return;
    isGiven = true;
    console.warn(hint);
  }, [claims]);
}
