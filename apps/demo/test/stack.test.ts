import { createServer, type Server } from "node:net";
import { isPortFree } from "@kinde-cerbos/cli/internal";
import { afterEach, describe, expect, test, vi } from "vitest";
import { type Run } from "../../../packages/cli/test/support/node-run.ts";
import { type ProcessInfo, running } from "../../../packages/cli/test/support/processes.ts";
import { demoPorts, type DemoPorts, runDemo } from "./stack-run.ts";

const SLOW = { timeout: 60_000 };
const runs: Run[] = [];
const servers: Server[] = [];

/** A demo that says it runs, and all of its processes. */
async function startDemo(): Promise<{ run: Run; ports: DemoPorts; children: ProcessInfo[] }> {
  const ports = await demoPorts();
  const run = runDemo(ports);
  runs.push(run);
  await run.wrote(`http://localhost:${ports.DEMO_PORT}`);
  return { run, ports, children: run.children() };
}

async function expectNothingLeft(children: readonly ProcessInfo[], ports: DemoPorts): Promise<void> {
  await vi.waitFor(() => expect(running(children)).toEqual([]), { timeout: 10_000 });
  // The last thread of a killed process closes its port, a moment after the first one has ended.
  for (const port of Object.values(ports)) {
    await vi.waitFor(async () => expect(await isPortFree(Number(port))).toBe(true), { timeout: 10_000 });
  }
}

afterEach(async () => {
  for (const run of runs.splice(0)) {
    run.kill("SIGTERM");
    await run.ended;
  }
  for (const server of servers.splice(0)) server.close();
});

describe("the demo", () => {
  test("runs an issuer, two PDPs and a page, and prints one address", SLOW, async () => {
    const { run, ports, children } = await startDemo();

    const addresses = [
      `http://localhost:${ports.DEMO_ISSUER_PORT}/.well-known/openid-configuration`,
      `http://localhost:${ports.DEMO_PDP_PORT}/_cerbos/health`,
      `http://localhost:${ports.DEMO_DIRECT_PDP_PORT}/_cerbos/health`,
      `http://localhost:${ports.DEMO_PORT}/`,
    ];
    for (const address of addresses) expect((await fetch(address)).status).toBe(200);
    // Beside the page: the gateway and the API, which want to know who asks.
    const page = `http://localhost:${ports.DEMO_PORT}`;
    const unnamed = [
      await fetch(`${page}/authz/api/check/resources`, { method: "POST", body: "{}" }),
      await fetch(`${page}/api/documents`),
    ];
    for (const answer of unnamed)
      expect([answer.status, await answer.json()]).toEqual([
        401,
        { code: 16, message: expect.stringContaining("no token") },
      ]);
    expect(run.output().match(/https?:\/\/\S+/g)).toEqual([`http://localhost:${ports.DEMO_PORT}`]);
    expect(run.output()).toContain("Ctrl-C stops it.");
    expect(children.map(({ command }) => command).join("\n")).toMatch(/issuer\.ts[^]*cerbos[^]*cerbos[^]*vite/);
  });

  test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("leaves no process behind after %s", SLOW, async (signal) => {
    const { run, ports, children } = await startDemo();

    run.kill(signal);

    expect(await run.ended).toBe(0);
    expect(children.length).toBeGreaterThanOrEqual(3);
    await expectNothingLeft(children, ports);
  });

  test("leaves no process behind when it is itself killed", SLOW, async () => {
    const { run, ports, children } = await startDemo();

    run.kill("SIGKILL");

    expect(await run.ended).toBe("SIGKILL");
    await expectNothingLeft(children, ports);
  });

  test("leaves no process behind when it is stopped while it starts", SLOW, async () => {
    const ports = await demoPorts();
    const run = runDemo({ ...ports, DEMO_VERBOSE: "1" });
    runs.push(run);
    await run.wrote("PDP | ");
    const children = run.children();

    run.kill("SIGINT");

    expect(await run.ended).toBe(0);
    await expectNothingLeft(children, ports);
  });

  test.each([
    { name: "issuer", part: "issuer.ts", line: "The local Kinde runs at" },
    { name: "page", part: "vite.js", line: "ready in" },
  ])("ends with the last lines of the $name when it dies", SLOW, async ({ name, part, line }) => {
    const { run, ports, children } = await startDemo();
    const victim = children.find(({ command }) => command.includes(part));

    process.kill(victim!.pid, "SIGKILL");

    expect(await run.ended).toBe(1);
    expect(run.output()).toContain(`The ${name} was ended by SIGKILL. Its last lines:\n  | `);
    expect(run.output().split("Its last lines:")[1]).toContain(line);
    await expectNothingLeft(children, ports);
  });

  test("goes on without a PDP, and starts it again", SLOW, async () => {
    const { run, ports, children } = await startDemo();
    // Each time the one that was started first: one, then the other, then the one again.
    for (const [name, port, times] of [
      ["PDP", ports.DEMO_PDP_PORT, 1],
      ["direct PDP", ports.DEMO_DIRECT_PDP_PORT, 1],
      ["PDP", ports.DEMO_PDP_PORT, 2],
    ] as const) {
      const victim = run.children().find(({ command }) => command.includes("cerbos.json"));
      process.kill(victim!.pid, "SIGKILL");
      await vi.waitFor(() => expect(running([victim!])).toEqual([]), { timeout: 10_000 });
      // Before the demo says so, it takes another end for one of a program that cannot start.
      const back = (): number => run.output().split(`The ${name} answers again.`).length - 1;
      await vi.waitFor(() => expect(back()).toBe(times), { timeout: 20_000 });
      expect((await fetch(`http://localhost:${port}/_cerbos/health`)).status).toBe(200);
    }

    expect(run.output()).toContain("The PDP was ended by SIGKILL. Its last lines:\n  | ");
    expect(run.output()).toContain("It is started again.");
    const later = run.children();
    run.kill("SIGINT");
    expect(await run.ended).toBe(0);
    await expectNothingLeft([...children, ...later], ports);
  });
});

describe("a port that is taken", () => {
  test.each(["DEMO_PORT", "DEMO_ISSUER_PORT", "DEMO_PDP_PORT", "DEMO_PDP_GRPC_PORT", "DEMO_DIRECT_PDP_PORT"] as const)(
    "is named with %s, before anything is started",
    SLOW,
    async (variable) => {
      const ports = await demoPorts();
      const server = createServer();
      servers.push(server);
      await new Promise<void>((resolve) => void server.listen(Number(ports[variable]), "127.0.0.1", resolve));

      const run = runDemo({ ...ports, DEMO_VERBOSE: "1" });

      expect(await run.ended).toBe(1);
      expect(run.output()).toContain(`Port ${ports[variable]}`);
      expect(run.output()).toContain(`set ${variable} to another port`);
      expect(run.output()).not.toContain(" | ");
    },
  );
});
