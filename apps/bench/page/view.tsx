import { type ReactNode } from "react";
import { meter } from "./meter.ts";

/** What each component that checks renders, in each contender; `undefined` while it is not known. */
export function view(allowed: boolean | undefined): ReactNode {
  meter.rendered(allowed === undefined);
  return <li className={allowed === undefined ? "pending" : allowed ? "allowed" : "denied"} />;
}
