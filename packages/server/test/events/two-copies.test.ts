// A bundler may load the package several times in one process: Next.js does, for pages and for route handlers.
import { createEvents } from "@kinde-cerbos/server";
import { expect, test, vi } from "vitest";
import { inMemory } from "../in-memory.ts";
import { openPage } from "./page.ts";

test("events of another copy refuse a stream as those of the same copy do", async () => {
  vi.resetModules();
  const other = await import("@kinde-cerbos/server");
  expect(other.createEvents).not.toBe(createEvents);
  const events = other.createEvents({ maxStreamsPerSubject: 1 });
  const { gateway, lines } = inMemory({ events });
  await using first = await openPage(gateway);
  expect(first.response.status).toBe(200);
  const { response } = await openPage(gateway);
  expect([response.status, response.headers.get("retry-after")]).toEqual([429, "30"]);
  expect((await openPage(gateway, { signal: AbortSignal.abort() })).response.status).toBe(499);
  expect(lines.map(({ reason }) => reason)).toEqual([null, "too_busy", "aborted"]);
  events.close();
});
