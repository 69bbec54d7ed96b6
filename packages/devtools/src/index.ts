/**
 * A panel for development: who is signed in, what was checked, and why it was denied.
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
 * A panel that shows the session, the decisions on the page and why they were made, each request to the PDP, and what
 * the page would be like for another user. Put it anywhere on the page, once. In production it is nothing, and a bundle
 * for production has nothing of it.
 */
export const PermissionsDevtools: (props: PermissionsDevtoolsProps) => ReactNode =
  process.env.NODE_ENV === "production" ? nothing : Devtools;

function nothing(): null {
  return null;
}
