import { createEvents, type Events } from "@kinde-cerbos/server";

declare global {
  var exampleEvents: Events | undefined;
}

/**
 * Tells open pages what has changed. On `globalThis`, as Next.js loads a module once for pages and once for route
 * handlers, and again whenever a file changes in development.
 */
export const events = (globalThis.exampleEvents ??= create());

function create(): Events {
  const made = createEvents();
  // `next start` stops when all answers have ended, and a stream would not.
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => made.close());
  return made;
}
