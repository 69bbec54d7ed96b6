/**
 * The panel as a plugin for TanStack Devtools.
 *
 * @packageDocumentation
 */
"use client";

import { createReactPlugin } from "@tanstack/devtools-utils/react";
import { type ReactElement } from "react";
import { Panel } from "./panel/panel.tsx";
import { ShadowRoot } from "./panel/shadow-root.tsx";
import { type Theme } from "./panel/theme.ts";
import { pageRecorder } from "./record/page-recorder.ts";

/** The app's bundler replaces `process.env.NODE_ENV`. */
declare const process: { readonly env: { readonly NODE_ENV?: string } };

/** A plugin for TanStack Devtools. */
type Plugin = ReturnType<ReturnType<typeof createReactPlugin>[0]>;

/**
 * Returns the panel as a plugin for TanStack Devtools: `<TanStackDevtools plugins={[permissionsDevtoolsPlugin()]} />`.
 * Recording starts at the first call. In production it renders nothing, and a production bundle does not contain the
 * panel.
 */
export function permissionsDevtoolsPlugin(): Plugin {
  const about = { id: "kinde-cerbos", name: "Permissions" };
  if (process.env.NODE_ENV === "production") return createReactPlugin({ ...about, Component: Nothing })[0]();
  pageRecorder();
  return createReactPlugin({ ...about, Component: PluginPanel })[0]();
}

function Nothing(): ReactElement {
  return <></>;
}

function PluginPanel({ theme }: { readonly theme?: Theme }): ReactElement {
  return (
    <ShadowRoot>
      <Panel recorder={pageRecorder()} theme={theme} />
    </ShadowRoot>
  );
}
