"use client";

import { useEffect, useRef } from "react";
import { clockOf } from "../sources/source-clock.ts";
import { type TokenSource } from "../sources/token-source.ts";
import { development } from "./development.ts";

/** An app has a new source when another account is chosen. So many times is something else. */
const MANY = 20;

/** Says once, and in development only, that an app makes a new source in each render, which loads again without end. */
export function useSourceWarning(source: TokenSource): void {
  const changes = useRef(0);
  // Kinde's source is another object after each change of Kinde's context, with the clock of the one before.
  const clock = clockOf(source);
  useEffect(() => {
    if (!development) return;
    changes.current += 1;
    if (changes.current === MANY) {
      console.warn(
        "kinde-cerbos: PermissionsProvider gets a new source in each render, and each new source starts to load again. Create it " +
          "once, outside of any component: const source = tokenSource({ … });",
      );
    }
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- see above
  }, [clock]);
}
