import { type ReactNode } from "react";
import { clockText } from "./clock-text.ts";
import { durationText } from "./duration-text.ts";
import { useNow } from "./use-now.ts";

/** Counts down until the token expires. Screen readers do not announce each second. */
export function Expiry({ expiresAt }: { readonly expiresAt: number | null }): ReactNode {
  const now = useNow();
  if (expiresAt === null) return "never";
  const left = expiresAt - now;
  return (
    <span role="timer" aria-live="off" className={left > 0 ? undefined : "deny"}>
      {left > 0 ? `in ${durationText(left)}, at ` : `${durationText(-left)} ago, at `}
      {clockText(expiresAt)}
    </span>
  );
}
