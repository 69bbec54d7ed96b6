/**
 * A panel for development that shows who is signed in, which checks were made, and why they were denied.
 *
 * @packageDocumentation
 */
"use client";

import { type ReactNode } from "react";
import { Devtools, type PermissionsDevtoolsProps } from "./panel/devtools.tsx";

export { type PermissionsDevtoolsProps } from "./panel/devtools.tsx";

/** The app's bundler replaces `process.env.NODE_ENV`. */
declare const process: { readonly env: { readonly NODE_ENV?: string } };

/**
 * A panel that shows the session, the page's decisions with their reasons, and each request to the PDP. It can also
 * simulate other decisions or another user. Render it once, anywhere on the page. In production it renders nothing, and
 * a production bundle does not contain the panel.
 */
export const PermissionsDevtools: (props: PermissionsDevtoolsProps) => ReactNode =
  process.env.NODE_ENV === "production" ? nothing : Devtools;

function nothing(): null {
  return null;
}
