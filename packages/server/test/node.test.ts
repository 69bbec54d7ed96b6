// The adapter of node:http, with requests as they come over a socket.
import { once } from "node:events";
import { Agent, request as send, type ServerResponse } from "node:http";
import { connect } from "node:net";
import { toNodeListener } from "@kinde-cerbos/server/node";
import { describe, expect, test, vi } from "vitest";
import { goodBody, inMemory } from "./in-memory.ts";
import { serve } from "./serve.ts";

/** Sends text and returns all that comes back until the connection ends, or `until` is in it. */
async function raw(port: number, text: string, until = "\0"): Promise<string> {
  const socket = connect({ port, host: "127.0.0.1" });
  let received = "";
  socket.setEncoding("latin1");
  socket.on("data", (chunk: string) => {
    received += chunk;
    if (received.includes(until)) socket.destroy();
  });
  socket.on("error", () => {});
  socket.write(text);
  await once(socket, "close");
  return received;
}

/** A body that comes and fails when the test says so. */
function failingBody(): {
  readonly body: ReadableStream;
  readonly come: (part: Uint8Array) => void;
  readonly fail: (error: Error) => void;
} {
  let controller: ReadableStreamDefaultController | undefined;
  const body = new ReadableStream({
    start(started) {
      controller = started;
    },
  });
  return { body, come: (part) => controller?.enqueue(part), fail: (error) => controller?.error(error) };
}

const head = (...lines: string[]): string =>
  ["POST /authz/api/check/resources HTTP/1.1", "host: x", ...lines, "", ""].join("\r\n");

describe("toNodeListener", () => {
  test("gives a request as it is, and its answer back", async () => {
    await using served = await serve(
      toNodeListener(async (request) => {
        const answer = {
          method: request.method,
          path: new URL(request.url).pathname,
          name: request.headers.get("x-name"),
          body: await request.text(),
        };
        return Response.json(answer, {
          status: 201,
          headers: [
            ["set-cookie", "a=1"],
            ["set-cookie", "b=2"],
          ],
        });
      }),
    );
    const response = await fetch(`${served.url}/a?b`, { method: "PUT", headers: { "x-name": "é" }, body: "ünï" });
    expect(response.status).toBe(201);
    expect(await response.json()).toEqual({ method: "PUT", path: "/a", name: "é", body: "ünï" });
    expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
  });

  test("gives a large body at the pace of who reads it", async () => {
    await using served = await serve(
      toNodeListener(async (request) => {
        let length = 0;
        for await (const chunk of request.body ?? []) {
          length += chunk.length;
          await new Promise((resolve) => setImmediate(resolve));
        }
        return new Response(String(length));
      }),
    );
    const response = await fetch(served.url, { method: "POST", body: new Uint8Array(3_000_000) });
    expect(await response.text()).toBe("3000000");
  });

  test("two Authorization headers are not one of them", async () => {
    const world = inMemory();
    await using served = await serve(toNodeListener(world.gateway));
    const { auxData, ...body } = await goodBody();
    const { jwt } = JSON.parse(JSON.stringify(auxData));
    const text = JSON.stringify(body);
    const authorization = `authorization: Bearer ${jwt.token}`;
    const length = `content-length: ${text.length}`;
    expect(await raw(served.port, head(authorization, length) + text, '"cerbosCallId"')).toContain("HTTP/1.1 200");
    expect(world.asked).toHaveLength(1);
    expect(await raw(served.port, head(authorization, authorization, length) + text, '"message"')).toContain(
      "HTTP/1.1 401",
    );
    expect(
      await raw(served.port, head(authorization, "authorization: Bearer x.y.z", length) + text, '"message"'),
    ).toContain("HTTP/1.1 401");
    expect(world.asked).toHaveLength(1);
  });

  test.each<[string, string]>([
    ["two lengths", head("content-length: 2", "content-length: 3")],
    ["a length and chunks", head("content-length: 2", "transfer-encoding: chunked")],
    ["chunks in another spelling", head("transfer-encoding: xchunked")],
    ["a header without a name", head(": x", "content-length: 0")],
    ["a space before the colon", head("content-length : 2")],
  ])("a request with %s is not taken", async (_, text) => {
    const world = inMemory();
    await using served = await serve(toNodeListener(world.gateway));
    expect(await raw(served.port, `${text}0\r\n\r\n`)).toMatch(/^HTTP\/1.1 400/);
    expect(world.asked).toEqual([]);
  });

  test.each(["http://evil.test/authz/api/check/resources", "//evil.test/authz/api/check/resources"])(
    "the target %s is a path like any other: the PDP is asked at its own address",
    async (target) => {
      const world = inMemory();
      await using served = await serve(toNodeListener(world.gateway));
      const text = JSON.stringify(await goodBody());
      const request =
        `POST ${target} HTTP/1.1\r\nhost: evil.test\r\nx-forwarded-host: evil.test\r\ncontent-length: ` +
        `${text.length}\r\n\r\n${text}`;
      expect(await raw(served.port, request, '"cerbosCallId"')).toContain("HTTP/1.1 200");
      expect(world.asked.map(({ url }) => url)).toEqual(["http://pdp.test/api/check/resources"]);
    },
  );

  test.each(["POST http://[", "POST /authz/../authz/api/check/resources", "TRACE /api/check/resources"])(
    "%s, which no handler gets, is the client's fault, and no line in the log",
    async (line) => {
      const error = vi.spyOn(console, "error").mockImplementation(() => {});
      const world = inMemory();
      await using served = await serve(toNodeListener(world.gateway));
      expect(await raw(served.port, `${line} HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n`, '"message"')).toContain(
        "HTTP/1.1 400",
      );
      expect([error.mock.calls, world.lines, world.asked]).toEqual([[], [], []]);
      error.mockRestore();
    },
  );

  test("a body that is too large is answered, though its end never comes", async () => {
    const world = inMemory({ limits: { bodyBytes: 1000 } });
    await using served = await serve(toNodeListener(world.gateway));
    const chunk = `400\r\n${" ".repeat(1024)}\r\n`;
    const answer = await raw(served.port, head("transfer-encoding: chunked") + chunk);
    expect(answer).toContain("HTTP/1.1 413");
    expect(answer).toContain("larger than max");
  });

  test("a body that is far too large is answered to who sends it all first", async () => {
    await using served = await serve(toNodeListener(inMemory().gateway));
    for (const size of [300_000, 5_000_000]) {
      const response = await fetch(`${served.url}/api/check/resources`, { method: "POST", body: new Uint8Array(size) });
      expect([response.status, await response.json()]).toMatchObject([413, { code: 8 }]);
    }
  });

  test("a body that was refused unread holds up no other request on its connection", async () => {
    const world = inMemory();
    await using served = await serve(toNodeListener(world.gateway));
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const sockets = new Set<unknown>();
    const post = (body: string): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const sent = send({ agent, port: served.port, path: "/api/check/resources", method: "POST" }, (response) => {
          sockets.add(response.socket);
          response.resume().once("end", () => resolve(response.statusCode));
        });
        sent.once("error", reject).end(body);
      });
    const good = JSON.stringify(await goodBody());
    expect([
      await post(" ".repeat(300_000)),
      await post(good),
      await post(" ".repeat(1_000_000)),
      await post(good),
    ]).toEqual([413, 200, 413, 200]);
    expect(sockets.size).toBe(1);
    agent.destroy();
  });

  test("a body that stops coming is answered, and the connection ends", async () => {
    const world = inMemory({ limits: { bodyTimeoutMs: 50 } });
    await using served = await serve(toNodeListener(world.gateway));
    expect(await raw(served.port, `${head("content-length: 100")}{`)).toContain("HTTP/1.1 408");
  });

  test("a client that leaves ends what is asked of the PDP", async () => {
    const aborted = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    const world = inMemory({ timeoutMs: 60_000 }, async (_, { signal }) => {
      asked.resolve();
      await new Promise((_resolve, reject) => {
        signal?.addEventListener("abort", () => {
          aborted.resolve();
          reject(new Error("aborted"));
        });
      });
      return new Response();
    });
    await using served = await serve(toNodeListener(world.gateway));
    const leaving = new AbortController();
    const response = fetch(`${served.url}/api/check/resources`, {
      method: "POST",
      body: JSON.stringify(await goodBody()),
      signal: leaving.signal,
    });
    await asked.promise;
    leaving.abort();
    await expect(response).rejects.toThrow("aborted");
    await aborted.promise;
    await vi.waitFor(() => expect(world.lines).toMatchObject([{ status: 499, reason: "aborted" }]), 20_000);
  });

  test("a body that something else has read is this server's fault, and said in its log", async () => {
    const error = vi.spyOn(console, "error").mockImplementation(() => {});
    const listener = toNodeListener(inMemory().gateway);
    await using served = await serve((request, response) => {
      request.resume();
      request.once("end", () => listener(request, response));
    });
    const response = await fetch(`${served.url}/api/check/resources`, { method: "POST", body: "{}" });
    expect(response.status).toBe(500);
    expect(String(error.mock.calls[0])).toContain("express.json()");
    error.mockRestore();
  });

  test("a handler that fails is answered with 500, and nothing of it", async () => {
    const error = vi.spyOn(console, "error").mockImplementation(() => {});
    await using served = await serve(toNodeListener(() => Promise.reject(new Error("secret"))));
    const response = await fetch(served.url);
    expect([response.status, await response.text()]).toEqual([500, expect.not.stringContaining("secret")]);
    error.mockRestore();
  });

  test("sends an answer that is all there with its length, and nothing without a body", async () => {
    await using served = await serve(
      toNodeListener(({ url }) => (url.endsWith("/empty") ? new Response(null, { status: 204 }) : new Response("ünï"))),
    );
    const response = await fetch(served.url);
    expect([response.headers.get("content-length"), await response.text()]).toEqual(["5", "ünï"]);
    const empty = await fetch(`${served.url}/empty`);
    expect([empty.status, await empty.text()]).toEqual([204, ""]);
  });

  test("sends the head at once, and each bit of an answer as it comes", async () => {
    const bits = new TransformStream<string, string>();
    await using served = await serve(
      toNodeListener(() => new Response(bits.readable.pipeThrough(new TextEncoderStream()))),
    );
    const response = await fetch(served.url);
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    const writer = bits.writable.getWriter();
    for (const bit of ["one", "two", "three"]) {
      await writer.write(bit);
      expect(await reader?.read()).toEqual({ done: false, value: bit });
    }
    await writer.close();
    expect(await reader?.read()).toMatchObject({ done: true });
  });

  test("sends a large answer at the pace of the client", async () => {
    const bit = new Uint8Array(2 ** 20);
    let connection: ServerResponse | undefined;
    let most = 0;
    let left = 64;
    const listener = toNodeListener(
      () =>
        new Response(
          new ReadableStream({
            pull(stream) {
              most = Math.max(most, connection?.writableLength ?? 0);
              if (left === 0) return stream.close();
              left -= 1;
              stream.enqueue(bit);
            },
          }),
        ),
    );
    await using served = await serve((request, response) => {
      connection = response;
      listener(request, response);
    });
    const response = await fetch(served.url);
    expect((await response.arrayBuffer()).byteLength).toBe(64 * bit.length);
    // What is read before the head goes out, and what the connection takes.
    expect(most / bit.length).toBeLessThan(12);
  });

  test("ends the connection of a client that does not read if the answer is given up, and logs nothing", async () => {
    const error = vi.spyOn(console, "error").mockImplementation(() => {});
    const closed = Promise.withResolvers<void>();
    const { body, come, fail } = failingBody();
    let waiting: ServerResponse | undefined;
    const listener = toNodeListener(() => new Response(body));
    await using served = await serve((request, response) => {
      response.once("close", closed.resolve);
      waiting = response;
      listener(request, response);
    });
    const socket = connect({ port: served.port, host: "127.0.0.1" });
    socket.on("error", () => {});
    socket.write("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
    // Its head is there.
    await once(socket, "readable");
    come(new Uint8Array(64 * 2 ** 20));
    await vi.waitFor(() => expect(waiting?.writableNeedDrain).toBe(true), 20_000);
    fail(new DOMException("too slow", "AbortError"));
    await closed.promise;
    socket.destroy();
    expect(error).not.toHaveBeenCalled();
    error.mockRestore();
  });

  test("an answer that fails half way has no good end, and its failure is logged", async () => {
    const error = vi.spyOn(console, "error").mockImplementation(() => {});
    const { body, come, fail } = failingBody();
    await using served = await serve(toNodeListener(() => new Response(body)));
    const response = await fetch(served.url);
    come(new TextEncoder().encode("half"));
    fail(new TypeError("secret"));
    await expect(response.text()).rejects.toThrow("terminated");
    expect(String(error.mock.calls[0])).toMatch(/before its answer ended: TypeError/);
    expect(String(error.mock.calls[0])).not.toContain("secret");
    error.mockRestore();
  });

  test("an answer that fails before its head is out is a 500 without its headers", async () => {
    const error = vi.spyOn(console, "error").mockImplementation(() => {});
    const body = new ReadableStream({ start: (stream) => stream.error(new TypeError("secret")) });
    const headers = { "x-of-answer": "1", "content-type": "text/html" };
    await using served = await serve(toNodeListener(() => new Response(body, { headers })));
    const response = await fetch(served.url);
    expect([response.status, response.headers.get("x-of-answer"), await response.json()]).toMatchObject([
      500,
      null,
      { code: 13 },
    ]);
    error.mockRestore();
  });

  test("a client that leaves cancels the answer", async () => {
    const cancelled = Promise.withResolvers<void>();
    const aborted = Promise.withResolvers<void>();
    await using served = await serve(
      toNodeListener(({ signal }) => {
        signal.addEventListener("abort", () => aborted.resolve());
        return new Response(new ReadableStream({ cancel: () => cancelled.resolve() }));
      }),
    );
    const leaving = new AbortController();
    await fetch(served.url, { signal: leaving.signal });
    leaving.abort();
    await expect(Promise.all([cancelled.promise, aborted.promise])).resolves.toHaveLength(2);
  });
});
