// The delivery of events, with short pauses.
import { EventEmitter, once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createWebhookSender, type WebhookSender } from "../src/webhooks/webhook-sender.ts";

const EVENTS = [{ type: "user.updated" as const, data: { user: { id: "kp_ann" } } }];
const JWT = "the.signed.event";

let server: Server | undefined;
let sender: WebhookSender;
afterEach(() => {
  sender.close();
  server?.closeAllConnections();
  server?.close();
});

/** Starts a webhook. Returns its URL, with a secret in it. */
async function listen(answer: RequestListener): Promise<string> {
  const started = createServer(answer);
  server = started;
  await new Promise<void>((resolve) => started.listen(0, "127.0.0.1", resolve));
  const address = started.address();
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/hook?key=s3cret`;
}

/** Creates a sender with the pauses of the test. */
function create(log: (line: string) => void, times: { timeoutMs?: number; pausesMs?: number[] } = {}): void {
  sender = createWebhookSender({ event: async () => JWT }, log, { timeoutMs: 10_000, pausesMs: [1, 1], ...times });
}

describe("an event that is not taken", () => {
  it.each<[string, RequestListener, RegExp]>([
    ["a failure", (_, response) => void response.writeHead(500).end(), /the answer was 500/],
    ["a status that is not 200", (_, response) => void response.writeHead(202).end(), /the answer was 202/],
    [
      "a redirect",
      ({ url }, response) => void response.writeHead(url === "/other" ? 200 : 307, { location: "/other" }).end(),
      /fetch failed/,
    ],
    ["a broken connection", (request) => void request.socket.destroy(), /fetch failed/],
  ])("because of %s is sent again, and then given up with a line", async (_, answer, reason) => {
    let attempts = 0;
    const url = await listen((request, response) => {
      attempts += 1;
      answer(request, response);
    });
    const line = await new Promise<string>((resolve) => {
      create(resolve);
      sender.send(EVENTS, [{ url }]);
    });
    expect(attempts).toBe(3);
    expect(line).toMatch(reason);
    expect(line).toMatch(/^webhook http:\/\/127\.0\.0\.1:\d+\/hook: user\.updated was not delivered/);
    for (const secret of ["s3cret", JWT, "kp_ann"]) expect(line).not.toContain(secret);
  });

  it("because nothing answers is given up after the time for an answer", async () => {
    const url = await listen(() => {});
    const line = await new Promise<string>((resolve) => {
      create(resolve, { timeoutMs: 20, pausesMs: [] });
      sender.send(EVENTS, [{ url }]);
    });
    expect(line).toMatch(/timeout/);
  });

  it("holds up the next one to this URL, and none to another", async () => {
    const paths: string[] = [];
    const answers: (() => void)[] = [];
    const url = await listen((request, response) => {
      paths.push(request.url ?? "");
      if (request.url?.startsWith("/slow")) answers.push(() => response.end());
      else response.end();
    });
    create(() => {});
    const [slow, quick] = ["/slow", "/quick"].map((path) => new URL(path, url).href);
    sender.send([...EVENTS, ...EVENTS], [{ url: slow! }, { url: quick! }]);
    await vi.waitFor(() => expect(paths.toSorted()).toEqual(["/quick", "/quick", "/slow"]), { timeout: 20_000 });
    answers[0]?.();
    await vi.waitFor(() => expect(paths.filter((path) => path === "/slow")).toHaveLength(2), { timeout: 20_000 });
  }, 30_000);

  it("is as it is for a log that throws, and so is the next", async () => {
    const statuses = [500, 500, 500];
    const happened = new EventEmitter();
    const taken = once(happened, "taken");
    const url = await listen((_, response) => {
      const status = statuses.shift();
      response.writeHead(status ?? 200).end();
      if (status === undefined) happened.emit("taken");
    });
    create(() => {
      throw new Error("the disk is full");
    });
    sender.send([...EVENTS, ...EVENTS], [{ url }]);
    await taken;
    expect(statuses).toEqual([]);
  });
});

describe("close", () => {
  it("ends a request, and sends nothing more", async () => {
    const paths: (string | undefined)[] = [];
    const happened = new EventEmitter();
    const arrived = once(happened, "arrived");
    const aborted = once(happened, "aborted");
    const url = await listen((request, response) => {
      paths.push(request.url);
      happened.emit("arrived");
      if (paths.length === 1) request.socket.once("close", () => happened.emit("aborted"));
      else response.writeHead(500).end();
    });
    const lines: string[] = [];
    create((line) => void lines.push(line));
    sender.send([...EVENTS, ...EVENTS], [{ url }]);
    await arrived;
    sender.close();
    sender.send(EVENTS, [{ url }]);
    await aborted;
    await eventOfAnotherSender(url);
    expect(paths).toEqual(["/hook?key=s3cret", "/other", "/other"]);
    expect(lines).toEqual([]);
  });

  it("ends a wait", async () => {
    const paths: (string | undefined)[] = [];
    const happened = new EventEmitter();
    const failed = once(happened, "failed");
    const url = await listen((request, response) => {
      paths.push(request.url);
      response.writeHead(500).end(() => happened.emit("failed"));
    });
    create(() => {}, { pausesMs: [50] });
    sender.send(EVENTS, [{ url }]);
    await failed;
    sender.close();
    await eventOfAnotherSender(url);
    expect(paths).toEqual(["/hook?key=s3cret", "/other", "/other"]);
  });
});

/** Sends with two attempts. The second one is later than a retry of the closed sender would have been. */
async function eventOfAnotherSender(url: string): Promise<void> {
  await new Promise<void>((resolve) => {
    create(() => resolve(), { pausesMs: [200] });
    sender.send(EVENTS, [{ url: new URL("/other", url).href }]);
  });
}
