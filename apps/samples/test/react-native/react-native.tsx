// Replaces the parts of react-native that the sample uses, with host components without a device.
import { createElement, type ReactNode } from "react";

interface HostProps {
  readonly children?: ReactNode;
  readonly disabled?: boolean;
}

export const View = (props: HostProps): ReactNode => createElement("View", props);
export const Text = (props: HostProps): ReactNode => createElement("Text", props);
export const Pressable = (props: HostProps): ReactNode => createElement("Pressable", props);

type Listener = (state: "active" | "background") => void;

const listeners = new Set<Listener>();

export const AppState = {
  addEventListener(_: "change", listener: Listener) {
    listeners.add(listener);
    return { remove: () => void listeners.delete(listener) };
  },
};

/** Moves the app to the background or foreground. */
export function bring(state: "active" | "background"): void {
  for (const listener of listeners) listener(state);
}
