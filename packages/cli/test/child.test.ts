import { afterEach, expect, test } from "vitest";
import { type Child, freePort, startChild, waitUntilHealthy } from "../src/internal.ts";
import { runNode } from "./support/node-run.ts";

const children: Child[] = [];

function startScript(script: string, stopTimeout?: number): { child: Child; wrote: (text: string) => Promise<void> } {
  const lines: string[] = [];
  let look: (() => void) | undefined;
  const child = startChild({
    name: "program",
    command: process.execPath,
    args: ["-e", script],
    onLine: (line) => {
      lines.push(line);
      look?.();
    },
    ...(stopTimeout === undefined ? {} : { stopTimeout }),
  });
  children.push(child);
  const wrote = (text: string): Promise<void> =>
    new Promise((resolve) => {
      look = () => {
        if (lines.includes(text)) resolve();
      };
      look();
    });
  return { child, wrote };
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
  await wrote("still busy");
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
  await wrote("ready");
  await child.stop();
  expect(await child.exited).toEqual({ code: null, signal: "SIGKILL" });
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
