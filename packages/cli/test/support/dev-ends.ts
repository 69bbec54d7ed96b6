import { expect, vi } from "vitest";
import { isPortFree } from "../../src/internal.ts";
import { type DevApp } from "./dev-app.ts";
import { type ProcessInfo, running } from "./processes.ts";

/** How long to wait for programs to end, in ms. */
export const WAIT = { timeout: 20_000 };

/** Expects that no process and no port of `kinde-cerbos dev` is left. */
export async function expectNothingLeft(app: DevApp, children: readonly ProcessInfo[]): Promise<void> {
  expect(children.length).toBeGreaterThan(1);
  await vi.waitFor(() => expect(running(children)).toEqual([]), WAIT);
  // The last thread of a killed process closes its port, a moment after the first one has ended.
  for (const port of [app.issuerPort, app.pdpPort]) {
    await vi.waitFor(async () => expect(await isPortFree(port)).toBe(true), WAIT);
  }
}

/** Returns the PDP of these processes. */
export function pdpOf(children: readonly ProcessInfo[]): ProcessInfo {
  return children.find(({ command }) => command.includes("cerbos.json"))!;
}
