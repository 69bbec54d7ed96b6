// Requests as bytes: for what no client that knows HTTP would send.
import { once } from "node:events";
import { connect } from "node:net";
import { type Reply } from "./world.ts";

/** Sends the pieces as one, and gives what is answered until there are so many answers, or the connection ends. */
export async function exchange(port: number, pieces: readonly string[], count = 1): Promise<Reply[]> {
  const socket = connect({ port, host: "127.0.0.1" });
  let received = "";
  socket.setEncoding("latin1");
  socket.on("data", (chunk: string) => {
    received += chunk;
    if (answersIn(received, false).length >= count) socket.destroy();
  });
  socket.on("error", () => {});
  socket.write(pieces.join(""));
  await once(socket, "close");
  return answersIn(received);
}

/** The head of a request. */
export const head = (lines: readonly string[], target = "/api/check/resources", method = "POST"): string =>
  [`${method} ${target} HTTP/1.1`, "host: gateway.test", ...lines, "", ""].join("\r\n");

/** The answers in what was received, in their order: those that are there to their end. */
export function answersIn(received: string, hasEnded = true): Reply[] {
  const answers: Reply[] = [];
  for (let rest = received; rest.startsWith("HTTP/1.");) {
    const end = rest.indexOf("\r\n\r\n");
    if (end < 0) break;
    const [first = "", ...lines] = rest.slice(0, end).split("\r\n");
    const headers = new Headers(
      lines.map((line): [string, string] => [
        line.slice(0, line.indexOf(":")),
        line.slice(line.indexOf(":") + 1).trim(),
      ]),
    );
    rest = rest.slice(end + 4);
    const length = headers.get("content-length");
    // Without a length, the end of the connection is the end.
    if (length === null ? !hasEnded : rest.length < Number(length)) break;
    const text = length === null ? rest : rest.slice(0, Number(length));
    rest = rest.slice(text.length);
    answers.push({ status: Number(first.split(" ")[1]), headers, text });
  }
  return answers;
}
