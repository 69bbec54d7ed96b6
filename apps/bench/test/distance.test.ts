import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { afterEach, expect, it } from "vitest";
import { type Distance, startDistance } from "../run/distance.ts";

let server: Server | null = null;
let distance: Distance | null = null;

afterEach(async () => {
  await distance?.close();
  server?.close();
});

it("passes on large requests and answers as they are", async () => {
  server = createServer((request, response) => request.pipe(response)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("A server on TCP has a port.");
  distance = await startDistance(new URL(`http://127.0.0.1:${address.port}`), 2);
  const body = Array.from({ length: 100_000 }, (_, at) => at).join(" ");
  const answers = await Promise.all(
    [1, 2, 3].map(async () => (await fetch(distance!.url, { method: "POST", body })).text()),
  );
  expect(answers).toEqual([body, body, body]);
});

it("lets a client know that there is no server", async () => {
  // Port 9 of this machine: nothing is there.
  distance = await startDistance(new URL("http://127.0.0.1:9"), 2);
  await expect(fetch(distance.url)).rejects.toThrow("fetch failed");
});
