import { chmodSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { findCerbos, isPortFree } from "../src/internal.ts";
import { devApp } from "./support/dev-app.ts";
import { expectNothingLeft, pdpOf, WAIT } from "./support/dev-ends.ts";
import { IS_NIGHT } from "./support/nightly.ts";

/** A command that starts a program of its own and waits for it, as npm does. */
const APP_WITH_CHILD = ["--", "sh", "-c", "echo started; sleep 300 & wait"];

describe("the end of kinde-cerbos dev", () => {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  test.each(IS_NIGHT ? signals : ["SIGINT" as const])("by %s leaves nothing behind", async (signal) => {
    const app = await devApp();
    const run = await app.dev(APP_WITH_CHILD);
    await run.wrote("app | started");
    const children = run.children();
    expect(children.map(({ command }) => command).join("\n")).toContain("sleep 300");

    run.kill(signal);

    expect(await run.ended).toBe(0);
    expect(run.output()).toMatch(`Stopping: ${signal === "SIGINT" ? "Ctrl-C (SIGINT)" : signal}.\n`);
    expect(app.temporaryFiles()).toEqual([]);
    await expectNothingLeft(app, children);
  });

  test("by a closed output leaves nothing behind", async () => {
    const app = await devApp();
    const run = await app.dev(["--", "sh", "-c", "while true; do echo tick; sleep 0.1; done"]);
    await run.wrote("app | tick");
    const children = run.children();

    run.closeStdout();

    expect(await run.ended).toBe(0);
    expect(run.output()).toContain("Stopping: the output was closed.\n");
    expect(app.temporaryFiles()).toEqual([]);
    await expectNothingLeft(app, children);
  });

  test.runIf(IS_NIGHT)(
    "by a second Ctrl-C does not wait for an app or a PDP that does not end, and leaves nothing behind",
    async () => {
      const app = await devApp();
      const stubborn = "trap '' TERM INT; echo started; while true; do sleep 1; done";
      const run = await app.dev(["--", "sh", "-c", stubborn]);
      await run.wrote("app | started");
      const children = run.children();
      process.kill(pdpOf(children).pid, "SIGSTOP");

      run.kill("SIGINT");
      const insist = setInterval(() => run.kill("SIGINT"), 100);

      expect(await run.ended).toBe(130);
      clearInterval(insist);
      expect(run.output()).toMatch(/Stopping: Ctrl-C \(SIGINT\)\.\n[^]*Stopped at once, by a second signal\.\n/);
      expect(app.temporaryFiles()).toEqual([]);
      await expectNothingLeft(app, children);
    },
  );

  test.runIf(IS_NIGHT)("by SIGKILL leaves no process behind", async () => {
    const app = await devApp();
    const run = await app.dev(APP_WITH_CHILD);
    await run.wrote("app | started");
    const children = run.children();

    run.kill("SIGKILL");

    expect(await run.ended).toBe("SIGKILL");
    await expectNothingLeft(app, children);
  });

  test("while it starts leaves nothing behind", async () => {
    // Its PDP never answers, so that the start is not over before the signal on a busy machine.
    const pdp = `#!/bin/sh\n[ "$1" = server ] && exec sleep 300\nexec "${findCerbos().path}" "$@"\n`;
    const app = await devApp({ "slow-cerbos": pdp });
    const CERBOS_PATH = join(app.folder, "slow-cerbos");
    chmodSync(CERBOS_PATH, 0o755);
    const run = app.run(["dev", `--issuer-port=${app.issuerPort}`, `--pdp-port=${app.pdpPort}`], { CERBOS_PATH });
    await run.wrote("issuer | The local Kinde runs at");

    run.kill("SIGINT");

    expect(await run.ended).toBe(0);
    expect(run.output()).not.toContain("Ctrl-C stops everything.");
    expect(app.temporaryFiles()).toEqual([]);
    await vi.waitFor(async () => expect(await isPortFree(app.pdpPort)).toBe(true), WAIT);
    expect(await isPortFree(app.issuerPort)).toBe(true);
  });
});
