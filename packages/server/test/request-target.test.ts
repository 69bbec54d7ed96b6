// What a request's target becomes: a path on a fixed host, or a refusal. As bytes on a socket, and over HTTP/2.
import { once } from "node:events";
import { connect, createServer, type ServerHttp2Session } from "node:http2";
import { text } from "node:stream/consumers";
import { toNodeListener } from "@kinde-cerbos/server/node";
import { afterEach, beforeEach, describe, expect, type MockInstance, test, vi } from "vitest";
import { exchange, head } from "./attacks/wire.ts";
import { goodBody, goodToken, inMemory } from "./in-memory.ts";
import { serve } from "./serve.ts";

/** Answers with the address that it got. */
const echo = toNodeListener((request) => new Response(request.url));

const REFUSED = 400;

const targets: [what: string, target: string, expected: string | typeof REFUSED][] = [
  ["a path", "/authz/api/x?y=1&z=%20", "/authz/api/x?y=1&z=%20"],
  ["a path whose first segment looks like a host", "//authz/api/x", "//authz/api/x"],
  ["a path with three slashes", "///authz/api/x", "///authz/api/x"],
  ["a path of slashes alone", "//", "//"],
  ["a path with a port in it", "//authz:99999/x", "//authz:99999/x"],
  ["a path that looks like a user, a password and a host", "//a:b@c/x?access_token=secret", REFUSED],
  ["a path that looks like a user and a host", "//a@c/x", REFUSED],
  ["an @ further on", "/a/b@c?d@e", "/a/b@c?d@e"],
  ["an encoded slash", "/a%2F..%2fb", "/a%2F..%2fb"],
  ["an encoded backslash", "/a%5C..%5cb", "/a%5C..%5cb"],
  ["an encoded NUL", "/a%00b", "/a%00b"],
  ["a broken encoding", "/a%zz%", "/a%zz%"],
  ["an address", "http://evil.test/x?y", "/x?y"],
  ["an address in capitals, with a port", "HTTPS://EVIL.TEST:8443/x", "/x"],
  ["an address without a path", "http://evil.test", "/"],
  ["an address with a query alone", "http://evil.test?y", "/?y"],
  ["an address whose path looks like a host", "http://evil.test//authz/x", "//authz/x"],
  ["an address with a user and a password", "http://a:b@c/x?access_token=secret", REFUSED],
  ["an address without a host", "http://", REFUSED],
  ["an address without a host, with a path", "http:///x", REFUSED],
  ["an address with half a host", "http://[/x", REFUSED],
  ["an address with a port that is none", "http://a:99999/x", REFUSED],
  ["a scheme and a path", "http:/x", REFUSED],
  ["a scheme alone", "http:x", REFUSED],
  ["an address of another scheme", "ftp://evil.test/x", REFUSED],
  ["a file", "file:///etc/passwd", REFUSED],
  ["the server itself", "*", REFUSED],
  ["a host and a port", "evil.test:443", REFUSED],
  ["no slash", "authz/api/x", REFUSED],
  ["a backslash for the second slash", "/\\evil.test/x", REFUSED],
  ["two backslashes", "\\\\evil.test\\x", REFUSED],
  ["a backslash further on", "/public\\..\\authz/x", REFUSED],
  ["a fragment", "/authz/x#/../public", REFUSED],
  ["dots", "/public/../authz/x", REFUSED],
  ["encoded dots", "/public/%2e%2E/authz/x", REFUSED],
  ["half encoded dots", "/public/.%2e/authz/x", REFUSED],
  ["one dot", "/public/./authz/x", REFUSED],
  ["dots at the end", "/public/..", REFUSED],
  ["dots before the query", "/public/..?x", REFUSED],
  ["dots in an address", "http://evil.test/public/../authz/x", REFUSED],
  ["dots in the query", "/x?y=/../z", "/x?y=/../z"],
  ["three dots, and names with dots", "/.../..a/b../.well-known", "/.../..a/b../.well-known"],
];

/** The path that a handler got, or that there was none. */
const outcomeOf = ([status, body]: readonly [status: number, body: string] = [0, "no answer"]): string | number =>
  status === 200 ? body.replace(/^http:\/\/localhost/, "") : status;

let printed: MockInstance<typeof console.error>;
beforeEach(() => {
  printed = vi.spyOn(console, "error").mockImplementation(() => {});
});
afterEach(() => {
  const lines = printed.mock.calls.flat();
  printed.mockRestore();
  if (lines.length > 0) throw new Error(`A request was a line on the console: ${lines.join(" ")}`);
});

describe("over a socket", () => {
  test.each(targets)("%s: %s", async (_, target, expected) => {
    await using served = await serve(echo);
    // Node refuses some itself.
    const [answer] = await exchange(served.port, [head(["content-length: 0"], target)]);
    expect(outcomeOf(answer && [answer.status, answer.text])).toBe(expected);
  });

  test.each(["/a\0b", "/a b", "/a\tb", "/a\x7fb"])("a control character or a space in it: %j", async (target) => {
    await using served = await serve(echo);
    const [answer] = await exchange(served.port, [head(["content-length: 0"], target)]);
    expect(answer?.status).toBe(400);
  });

  test("CONNECT gets no connection", async () => {
    await using served = await serve(echo);
    expect(await exchange(served.port, [head([], "evil.test:443", "CONNECT")])).toEqual([]);
  });

  test("OPTIONS of the server itself, and TRACE, are refused", async () => {
    await using served = await serve(echo);
    for (const [target, method] of [
      ["*", "OPTIONS"],
      ["/x", "TRACE"],
    ] as const) {
      const [answer] = await exchange(served.port, [head(["content-length: 0"], target, method)]);
      expect([answer?.status, answer?.text]).toEqual([400, expect.stringContaining('"code":3')]);
    }
  });
});

/** Sends one request with these pseudo-headers: its status and text, or `null` where the server ends the stream. */
async function ask(pseudo: { readonly [name: string]: string }): Promise<[status: number, text: string] | null> {
  const server = createServer(echo);
  const sessions = new Set<ServerHttp2Session>();
  server.on("session", (session) => void sessions.add(session));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const client = connect(`http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`);
  client.on("error", () => {});
  try {
    const stream = client.request(pseudo);
    const [headers] = await once(stream, "response");
    return [Number(headers[":status"]), await text(stream)];
  } catch {
    return null;
  } finally {
    client.destroy();
    for (const session of sessions) session.destroy();
    server.close();
  }
}

describe("over HTTP/2", () => {
  test.each(targets)("%s: %s", async (_, target, expected) => {
    const answer = await ask({ ":method": "GET", ":path": target, ":authority": "evil.test" });
    // HTTP/2 itself refuses some, among them whole addresses.
    expect(answer === null ? REFUSED : outcomeOf(answer)).toBe(target.startsWith("/") ? expected : REFUSED);
  });

  test.each<{ readonly [name: string]: string }>([
    { ":method": "CONNECT", ":authority": "evil.test:443" },
    { ":method": "TRACE", ":path": "/x" },
    { ":method": "GET", ":path": "/a\x7fb" },
    { ":method": "GET", ":path": "/a b" },
    { ":method": "A B", ":path": "/x" },
  ])("what no handler could answer gets no answer of one: %o", async (pseudo) => {
    expect((await ask(pseudo))?.[0] ?? REFUSED).toBeGreaterThanOrEqual(REFUSED);
  });

  test("a user and a password in :authority change nothing", async () => {
    expect(await ask({ ":method": "GET", ":path": "/x", ":authority": "a:b@evil.test" })).toSatisfy(
      (answer) => answer === null || answer[0] === 400 || answer[1] === "http://localhost/x",
    );
  });
});

describe("through the gateway", () => {
  test.each(["//a:b@c/x", "http://a:b@c/api/check/resources"])(
    "GET %s with a token in the query is no line in any log",
    async (target) => {
      const world = inMemory();
      await using served = await serve(toNodeListener(world.gateway));
      const [answer] = await exchange(served.port, [
        head(["content-length: 0"], `${target}?access_token=${await goodToken()}`, "GET"),
      ]);
      expect([answer?.status, world.lines, world.asked]).toEqual([400, [], []]);
    },
  );

  test("//authz/api/check/resources is a path that ends as the gateway's, and not /check/resources of a host", async () => {
    const world = inMemory();
    await using served = await serve(toNodeListener(world.gateway));
    const body = JSON.stringify(await goodBody());
    const [answer] = await exchange(served.port, [
      head([`content-length: ${body.length}`], "//api/check/resources") + body,
    ]);
    expect(answer?.status).toBe(200);
    expect(world.asked.map(({ url }) => url)).toEqual(["http://pdp.test/api/check/resources"]);
  });
});

test("a handler that quotes the address in what it throws puts its query into no log", async () => {
  const token = await goodToken();
  await using served = await serve(
    toNodeListener((request) => {
      throw new Error(`cannot answer ${request.url}`);
    }),
  );
  const [answer] = await exchange(served.port, [head(["content-length: 0"], `/x?access_token=${token}`)]);
  expect(answer?.status).toBe(500);
  const lines = printed.mock.calls.flat().join(" ");
  expect(lines).toContain("a request failed");
  expect(lines).not.toContain("access_token");
  expect(lines).not.toContain(token.split(".")[1]);
  printed.mockClear();
});
