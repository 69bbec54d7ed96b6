// How the demo ends, and what it does when one of its programs does. `test:all` has it, nightly.
import { isPortFree } from "@kinde-cerbos/cli/internal";
import { afterEach, describe, expect, test, vi } from "vitest";
import { type ProcessInfo, running } from "../../../packages/cli/test/support/processes.ts";
import { type DemoPorts, demoPorts, endDemos, runDemo, startDemo } from "./stack-run.ts";

async function expectNothingLeft(children: readonly ProcessInfo[], ports: DemoPorts): Promise<void> {
  await vi.waitFor(() => expect(running(children)).toEqual([]), { timeout: 10_000 });
  // The last thread of a killed process closes its port, a moment after the first one has ended.
  for (const port of Object.values(ports)) {
    await vi.waitFor(async () => expect(await isPortFree(Number(port))).toBe(true), { timeout: 10_000 });
  }
}

afterEach(endDemos);

describe("the demo", () => {
  test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("leaves no process behind after %s", async (signal) => {
    const { run, ports, children } = await startDemo();

    run.kill(signal);

    expect(await run.ended).toBe(0);
    expect(children.length).toBeGreaterThanOrEqual(3);
    await expectNothingLeft(children, ports);
  });

  test("leaves no process behind when it is itself killed", async () => {
    const { run, ports, children } = await startDemo();

    run.kill("SIGKILL");

    expect(await run.ended).toBe("SIGKILL");
    await expectNothingLeft(children, ports);
  });

  test("leaves no process behind when it is stopped while it starts", async () => {
    const ports = await demoPorts();
    const run = runDemo({ ...ports, DEMO_VERBOSE: "1" });
    await run.wrote("PDP | ");
    const children = run.children();

    run.kill("SIGINT");

    expect(await run.ended).toBe(0);
    await expectNothingLeft(children, ports);
  });

  test.each([
    { name: "issuer", part: "issuer.ts", line: "The local Kinde runs at" },
    { name: "page", part: "vite.js", line: "ready in" },
  ])("ends with the last lines of the $name when it dies", async ({ name, part, line }) => {
    const { run, ports, children } = await startDemo();
    const victim = children.find(({ command }) => command.includes(part));

    process.kill(victim!.pid, "SIGKILL");

    expect(await run.ended).toBe(1);
    expect(run.output()).toContain(`The ${name} was ended by SIGKILL. Its last lines:\n  | `);
    expect(run.output().split("Its last lines:")[1]).toContain(line);
    await expectNothingLeft(children, ports);
  });

  test("goes on without a PDP, and starts it again", async () => {
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
