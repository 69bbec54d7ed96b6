"use client";

import { type ReactElement } from "react";
import { useRecorder } from "./panel/devtools.tsx";
import { Panel } from "./panel/panel.tsx";
import { ShadowRoot } from "./panel/shadow-root.tsx";

/** The app's bundler replaces `process.env.NODE_ENV`. */
declare const process: { readonly env: { readonly NODE_ENV?: string } };

/** A plugin of TanStack Devtools. */
interface Plugin {
  readonly id: string;
  readonly name: string;
  readonly render: ReactElement;
}

/**
 * Returns the panel as a plugin for TanStack Devtools: `<TanStackDevtools plugins={[permissionsDevtoolsPlugin()]} />`.
 * In production it shows nothing, and a bundle for production has nothing of it.
 */
export function permissionsDevtoolsPlugin(): Plugin {
  const render = process.env.NODE_ENV === "production" ? <></> : <PluginPanel />;
  return { id: "kinde-cerbos", name: "Permissions", render };
}

function PluginPanel(): ReactElement {
  const recorder = useRecorder();
  return (
    <ShadowRoot>
      <Panel recorder={recorder} />
    </ShadowRoot>
  );
}
