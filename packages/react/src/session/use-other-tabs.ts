"use client";

import { type Session } from "@kinde-cerbos/core";
import { useEffect } from "react";
import { type TokenSource } from "../sources/token-source.ts";

/**
 * Tells the other tabs whose session this one has, and follows them: a sign-out or a switch of the organization in one
 * of them is one here.
 */
export function useOtherTabs({ tabs }: TokenSource, session: Session | null, beginSwitch: () => () => void): void {
  useEffect(() => tabs?.follow(beginSwitch), [tabs, beginSwitch]);
  useEffect(() => {
    if (session) tabs?.tell(session.claims);
  }, [tabs, session]);
}
