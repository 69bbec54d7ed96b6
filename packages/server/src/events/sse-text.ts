import { type LiveEvent, type LiveHello } from "@kinde-cerbos/core/internal";

/** The messages of a stream, as Server-Sent Events have them. `id` is what the page sends back as `Last-Event-ID`. */
export const sseText = {
  hello: (id: string, hello: LiveHello): string => message("hello", id, hello),
  outdated: (id: string, event: LiveEvent): string => message("outdated", id, event),
  /** No event: a comment, and the id from which a page that reconnects has missed something. */
  heartbeat: (id: string): string => `:\nid: ${id}\n\n`,
};

/** JSON has no line breaks, so it is one line of data. */
function message(event: string, id: string, data: object): string {
  return `event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`;
}
