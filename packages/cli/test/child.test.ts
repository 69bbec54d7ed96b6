import { afterEach, describe, expect, test, vi } from "vitest";
import { type Child, type ChildOptions, startChild } from "../src/programs/child.ts";
import { waitUntilHealthy } from "../src/programs/health.ts";
import { freePort } from "../src/programs/ports.ts";
import { runNode } from "./support/node-run.ts";
import { descendants, running } from "./support/processes.ts";

const children: Child[] = [];

interface Started {
  readonly child: Child;
  /** Settles with the line when there is one like this. */
  readonly wrote: (like: RegExp) => Promise<string>;
}

function startScript(script: string, stopTimeout?: number): Started {
  const args = ["-e", script];
  return startProgram({ command: process.execPath, args, ...(stopTimeout !== undefined && { stopTimeout }) });
}

function startProgram(options: Omit<ChildOptions, "name" | "onLine">): Started {
  const lines: string[] = [];
  let look: (() => void) | undefined;
  const child = startChild({
    ...options,
    name: "program",
    onLine: (line) => {
      lines.push(line);
      look?.();
    },
  });
  children.push(child);
  const wrote = (like: RegExp): Promise<string> =>
    new Promise((resolve) => {
      look = () => {
        const found = lines.find((line) => like.test(line));
        if (found !== undefined) resolve(found);
      };
      look();
    });
  return { child, wrote };
}

/** A shell that has started a program which does not listen to SIGTERM, and ends when it is told to. */
async function startShell(stopTimeout: number): Promise<{ child: Child; isLeft: () => boolean }> {
  const stubborn = `process.on("SIGTERM", () => {}); setInterval(() => {}, 1000); console.log("ready")`;
  const { child, wrote } = startProgram({
    command: "sh",
    args: ["-c", `"$NODE" -e '${stubborn}' & wait`],
    env: { ...process.env, NODE: process.execPath },
    stopTimeout,
    group: true,
  });
  await wrote(/^ready$/);
  const grandchildren = descendants(child.pid!);
  return { child, isLeft: () => running(grandchildren).length > 0 };
}

afterEach(async () => {
  for (const child of children.splice(0)) {
    child.kill();
    await child.exited;
  }
});

test("a program that answers is healthy, though it took its time", async () => {
  const port = await freePort();
  const { child } = startScript(
    `let asked = 0; require("http").createServer((_, r) => r.writeHead(++asked < 3 ? 503 : ` +
      `200).end()).listen(${port}, "127.0.0.1")`,
  );
  await expect(waitUntilHealthy(child, `http://127.0.0.1:${port}/`)).resolves.toBeUndefined();
});

test("a program that never answers is given up, with its last lines", async () => {
  const port = await freePort();
  const { child, wrote } = startScript(`console.log("still busy"); setInterval(() => {}, 1000)`);
  await wrote(/^still busy$/);
  await expect(waitUntilHealthy(child, `http://127.0.0.1:${port}/`, 200)).rejects.toThrow(
    /did not answer at .* within 0\.2 s\. Its last lines:\n {2}\| still busy/,
  );
});

test("a program that ends is given up at once, with its exit code and its last 20 lines", async () => {
  const port = await freePort();
  const { child } = startScript(`for (let i = 1; i <= 30; i++) console.error("line " + i); process.exitCode = 3`);
  const error = await waitUntilHealthy(child, `http://127.0.0.1:${port}/`).catch((reason: unknown) => String(reason));
  expect(error).toContain("The program ended with exit code 3. Its last lines:\n  | line 11\n");
  expect(error).toMatch(/\| line 30$/);
});

test("a program that does not exist says so", async () => {
  const child = startChild({ name: "program", command: "/nowhere/at/all", args: [] });
  await expect(waitUntilHealthy(child, "http://127.0.0.1:9/")).rejects.toThrow(/could not be started.*ENOENT/s);
  await child.stop();
});

test("a program that does not listen to SIGTERM is killed", async () => {
  const { child, wrote } = startScript(
    `process.on("SIGTERM", () => {}); setInterval(() => {}, 1000); console.log("ready")`,
    50,
  );
  await wrote(/^ready$/);
  await child.stop();
  expect(await child.exited).toEqual({ code: null, signal: "SIGKILL" });
});

describe("a program with a group of its own", () => {
  test("takes what it has started with it when it is stopped, though that does not listen", async () => {
    const { child, isLeft } = await startShell(100);
    expect(isLeft()).toBe(true);
    await child.stop();
    await vi.waitFor(() => expect(isLeft()).toBe(false), 20_000);
  });

  test("takes it along when it ends by itself", async () => {
    const { child, isLeft } = await startShell(100);
    process.kill(child.pid!, "SIGKILL");
    await child.exited;
    await vi.waitFor(() => expect(isLeft()).toBe(false), 20_000);
  });

  test("takes it along at once when it is killed", async () => {
    const { child, isLeft } = await startShell(60_000);
    child.kill();
    await child.exited;
    await vi.waitFor(() => expect(isLeft()).toBe(false), 20_000);
  });
});

test("Ctrl-C that arrives twice at once is one; a later one does not wait", async () => {
  const signals = new URL("../src/programs/stop-signals.ts", import.meta.url).href;
  const run = runNode([
    "--input-type=module",
    "-e",
    `import { onStopSignal } from ${JSON.stringify(signals)};
     onStopSignal({
       first: () => { console.log("first"); return new Promise(() => {}); },
       again: () => { console.log("again"); process.exit(130); },
     });
     setInterval(() => {}, 1000);
     console.log("ready");`,
  ]);
  await run.wrote("ready");

  run.kill("SIGINT");
  await run.wrote("first");
  run.kill("SIGTERM");
  const insist = setInterval(() => run.kill("SIGINT"), 50);

  expect(await run.ended).toBe(130);
  clearInterval(insist);
  expect(run.output()).toBe("ready\nfirst\nagain\n");
});
