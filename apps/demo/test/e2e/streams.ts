import { type ServerResponse } from "node:http";
import { type Plugin } from "vite";

/** A stream of events that was asked for. */
interface Stream {
  /** All that was sent on it. */
  text: string;
}

/** The streams of events of the gateway, for a test that counts, reads and cuts them. */
export class Streams {
  /** Whether the server of the events is away. */
  isDown = false;
  /** Those that are open, each with what was sent on it. */
  readonly open = new Map<ServerResponse, Stream>();

  /** Ends the server of the events: from now on, nobody answers. */
  stop(): void {
    this.isDown = true;
    for (const response of this.open.keys()) response.destroy();
  }

  /** What was sent on the open streams, one text for each. */
  texts(): string[] {
    return [...this.open.values()].map(({ text }) => text);
  }
}

/** Stands before the gateway. */
export function watchStreams(streams: Streams): Plugin {
  return {
    name: "watch-streams",
    // Before the gateway of vite.config.ts.
    enforce: "pre",
    configurePreviewServer({ middlewares }) {
      middlewares.use("/authz/api/events", (request, response, next) => {
        if (streams.isDown) return void request.socket.destroy();
        const stream: Stream = { text: "" };
        const write = response.write.bind(response);
        response.write = (chunk: Uint8Array, ...rest: never[]) => {
          stream.text += new TextDecoder().decode(chunk);
          return write(chunk, ...rest);
        };
        streams.open.set(response, stream);
        response.once("close", () => streams.open.delete(response));
        return next();
      });
    },
  };
}
