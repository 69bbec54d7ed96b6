// Requests as bytes: for what no client that knows HTTP would send.
import { once } from "node:events";
import { connect } from "node:net";

import { type Reply } from "./world.ts";

/** Sends the pieces as one, and gives all that comes back until the connection ends or it `isEnough`. */
export async function exchange(port: number, pieces: readonly (string | Uint8Array)[], isEnough: (received: string) => boolean = hasAnswer): Promise<string> {
  const socket = connect({ port, host: "127.0.0.1" });
  let received = "";
  socket.setEncoding("latin1");
  socket.on("data", (chunk: string) => {
    received += chunk;
    if (isEnough(received)) socket.destroy();
  });
  socket.on("error", () => {});
  socket.write(pieces.join(""));
  await once(socket, "close");
  return received;
}

/** The head of a request. */
export const head = (lines: readonly string[], target = "/api/check/resources", method = "POST"): string =>
  [`${method} ${target} HTTP/1.1`, "host: gateway.test", ...lines, "", ""].join("\r\n");

/** The answers in what was received, in their order. */
export function answersIn(received: string): Reply[] {
  const answers: Reply[] = [];
  for (let rest = received; rest.startsWith("HTTP/1.");) {
    const end = rest.indexOf("\r\n\r\n");
    if (end < 0) break;
    const [first = "", ...lines] = rest.slice(0, end).split("\r\n");
    const headers = new Headers(lines.map((line): [string, string] => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()]));
    rest = rest.slice(end + 4);
    let text = "";
    if (headers.get("transfer-encoding") === "chunked") {
      for (;;) {
        const size = Number.parseInt(rest, 16);
        const start = rest.indexOf("\r\n") + 2;
        text += rest.slice(start, start + size);
        rest = rest.slice(start + size + 2);
        if (!(size > 0)) break;
      }
    } else {
      // Without a length, until the connection ends.
      const length = Number(headers.get("content-length") ?? rest.length);
      text = rest.slice(0, length);
      rest = rest.slice(length);
    }
    answers.push({ status: Number(first.split(" ")[1]), headers, text });
  }
  return answers;
}

/** Whether the first answer is there, to its end; one that does not say where it ends goes on until the connection does. */
function hasAnswer(received: string): boolean {
  const end = received.indexOf("\r\n\r\n");
  const [, length] = /^content-length: (\d+)\r/im.exec(received.slice(0, end + 2)) ?? [];
  if (length === undefined) return received.includes("\r\n0\r\n\r\n", end);
  return received.length >= end + 4 + Number(length);
}
