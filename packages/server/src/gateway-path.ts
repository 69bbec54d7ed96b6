import { Refusal } from "./refusal.ts";

/**
 * Returns what is requested of the PDP, from the end of the path. No part of the path goes to the PDP.
 *
 * @throws Refusal `not_found`
 */
export function pathOf(url: string): "check" | "plan" {
  const { pathname } = new URL(url);
  if (pathname.endsWith("/api/check/resources")) return "check";
  if (pathname.endsWith("/api/plan/resources")) return "plan";
  throw new Refusal("not_found", "Not found. Send checks to /api/check/resources, and plans to /api/plan/resources.");
}

/** Whether the address is that of the stream of events. */
export function isEventsPath(url: string): boolean {
  return new URL(url).pathname.endsWith("/api/events");
}
