import { createEvents, type Events } from "@kinde-cerbos/server";

declare global {
  var exampleEvents: Events | undefined;
}

/**
 * Notifies open pages of changes. It is on `globalThis`, because Next.js loads a module once for pages and once for
 * route handlers, and again whenever a file changes in development.
 */
export const events = (globalThis.exampleEvents ??= create());

function create(): Events {
  const made = createEvents();
  // `next start` stops only when all responses have ended, and a stream does not end by itself.
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => made.close());
  return made;
}
