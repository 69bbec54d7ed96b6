import { createServer } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Child, type ChildExit } from "../src/programs/child.ts";
import { freePort } from "../src/programs/ports.ts";
import { createSupervisor } from "../src/programs/supervisor.ts";

/** A program that answers; each one that is started is another. */
const server = createServer((_, response) => response.end());
let url: string;

beforeAll(async () => {
  const port = await freePort();
  await new Promise<void>((resolve) => void server.listen(port, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${port}/`;
});
afterAll(() => void server.close());

interface FakeChild extends Child {
  readonly end: (exit: ChildExit) => void;
}

function fakeChild(): FakeChild {
  let end: ((exit: ChildExit) => void) | undefined;
  const exited = new Promise<ChildExit>((resolve) => {
    end = resolve;
  });
  const finish = (exit: ChildExit): void => end?.(exit);
  return {
    name: "program",
    pid: 1,
    exited,
    end: finish,
    lastLines: () => [],
    stop: async () => finish({ code: 0, signal: null }),
    kill: () => finish({ code: null, signal: "SIGKILL" }),
  };
}

test("a program that ends again and again is started again twenty times, and then is the end of all", async () => {
  const supervisor = createSupervisor();
  const launched: FakeChild[] = [];
  const launch = (): Child => {
    const child = fakeChild();
    launched.push(child);
    return child;
  };
  let back: (() => void) | undefined;
  await supervisor.start(launch, url, { onRestart: () => undefined, onBack: () => back?.() });
  for (let restarts = 0; restarts < 20; restarts += 1) {
    const answers = new Promise<void>((resolve) => {
      back = resolve;
    });
    launched.at(-1)?.end({ code: 1, signal: null });
    await answers;
  }
  launched.at(-1)?.end({ code: 1, signal: null });

  await expect(supervisor.failure).rejects.toThrow(
    "The program was started again 20 times, and ended each time. The program ended with exit code 1.",
  );
  expect(launched).toHaveLength(21);
});

test("a program beside the others ends with them, and its own end is not theirs", async () => {
  const supervisor = createSupervisor();
  const [first, second] = [fakeChild(), fakeChild()];
  supervisor.startBeside(() => first).kill();
  expect(await first.exited).toEqual({ code: null, signal: "SIGKILL" });
  supervisor.startBeside(() => second);

  await supervisor.stop();

  expect(await second.exited).toEqual({ code: 0, signal: null });
  expect(() => supervisor.startBeside(fakeChild)).toThrow("The programs are being stopped.");
});
