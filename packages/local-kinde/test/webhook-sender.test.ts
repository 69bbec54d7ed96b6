// How events are delivered, with waits that a test need not sit out.
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

/** A sender that waits as long as the test says. */
function create(log: (line: string) => void, times: { timeoutMs?: number; pausesMs?: number[] } = {}): void {
  sender = createWebhookSender({ event: async () => JWT }, log, { timeoutMs: 10_000, pausesMs: [1, 1], ...times });
}

describe("an event that is not taken", () => {
  it.each<[string, RequestListener, RegExp]>([
    ["a failure", (_, response) => void response.writeHead(500).end(), /the answer was 500/],
    ["a status that is not 200", (_, response) => void response.writeHead(202).end(), /the answer was 202/],
    [
      "a redirect",
      (_, response) => void response.writeHead(307, { location: "http://example.com" }).end(),
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
    await vi.waitFor(() => expect(paths.toSorted()).toEqual(["/quick", "/quick", "/slow"]));
    answers[0]?.();
    await vi.waitFor(() => expect(paths.filter((path) => path === "/slow")).toHaveLength(2));
  });

  it("is as it is for a log that throws, and so is the next", async () => {
    const statuses = [500, 500, 500];
    const taken = new Promise<void>((resolve) => {
      void listen((_, response) => {
        const status = statuses.shift();
        response.writeHead(status ?? 200).end();
        if (status === undefined) resolve();
      }).then((url) => {
        create(() => {
          throw new Error("the disk is full");
        });
        sender.send([...EVENTS, ...EVENTS], [{ url }]);
      });
    });
    await taken;
    expect(statuses).toEqual([]);
  });
});

describe("close", () => {
  it.each<[string, RequestListener]>([
    ["a request", () => {}],
    ["a wait", (_, response) => void response.writeHead(500).end()],
  ])("ends %s, sends nothing more and says nothing", async (_, answer) => {
    const lines: string[] = [];
    let attempts = 0;
    let begun = (): void => {};
    const first = new Promise<void>((resolve) => (begun = resolve));
    const url = await listen((request, response) => {
      attempts += 1;
      answer(request, response);
      begun();
    });
    create((line) => void lines.push(line), { pausesMs: [30_000] });
    sender.send([...EVENTS, ...EVENTS], [{ url }]);
    await first;
    sender.close();
    sender.send(EVENTS, [{ url }]);
    // Another sender's event comes after all that this one would have sent at once.
    await new Promise<void>((resolve) => {
      create(() => resolve(), { timeoutMs: 50, pausesMs: [] });
      sender.send(EVENTS, [{ url }]);
    });
    expect(attempts).toBe(2);
    expect(lines).toEqual([]);
  });
});
