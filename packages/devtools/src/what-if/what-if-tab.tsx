import { type ReactNode } from "react";
import { type TabProps } from "../panel/tab.ts";

/** To be built. */
export function WhatIfTab({ provider }: TabProps): ReactNode {
  return <p>{provider.session.status}</p>;
}
