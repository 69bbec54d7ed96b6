import { createServer } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { freePort } from "../src/internal.ts";
import { devApp } from "./support/dev-app.ts";
import { IS_NIGHT } from "./support/nightly.ts";
import { type Run } from "./support/node-run.ts";
import { run as runInProcess } from "./support/run.ts";

function setVersions(value: NodeJS.ProcessVersions): void {
  Object.defineProperty(process, "versions", { value });
}

/** What it has said when it ended with this code and had started nothing. */
async function refusal(run: Run, code: number): Promise<string> {
  expect(await run.ended).toBe(code);
  expect(run.output()).not.toMatch(/issuer \||pdp \||app \|/);
  return run.output();
}

describe("what is wrong before anything is started", () => {
  test("a Node in which the app would fail is named", async () => {
    const { versions } = process;
    onTestFinished(() => setVersions(versions));
    setVersions({ ...versions, node: "20.20.2" });

    expect(await runInProcess(["dev"])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("22.12 or newer is needed"),
    });
  });

  const named = ["issuer", "pdp", "pdp-grpc"];
  test.each(IS_NIGHT ? named : named.slice(2))("a port that is taken is named with --%s-port", async (name) => {
    const app = await devApp();
    const port = await freePort();
    const server = createServer();
    onTestFinished(() => void server.close());
    await new Promise<void>((resolve) => void server.listen(port, "127.0.0.1", resolve));

    const run = app.run([
      "dev",
      `--issuer-port=${app.issuerPort}`,
      `--pdp-port=${app.pdpPort}`,
      `--${name}-port=${port}`,
    ]);

    expect(await refusal(run, 1)).toMatch(`Port ${port}, for the`);
    expect(run.output()).toContain(
      `or set --${name}-port to another port.\nIf you change a port, change it in your app's settings too.`,
    );
  });

  const usages = [
    { args: ["--pdp-port=4005"], says: "--issuer-port and --pdp-port are both 4005" },
    { args: ["--pdp-port=http"], says: "--pdp-port takes a number from 1 to 65535." },
    { args: ["--pdp-grpc-port=0"], says: "--pdp-grpc-port takes a number from 1 to 65535." },
  ];
  test.each(IS_NIGHT ? usages : usages.slice(0, 1))("$args is wrong usage", async ({ args, says }) => {
    expect(await refusal((await devApp()).run(["dev", ...args]), 2)).toMatch(says);
  });

  const mistakes = [
    { what: "no kinde.json", args: ["--config=none.json"], says: /There is no none\.json\.[^]*"applications"/ },
    { what: "no policies", args: ["--policies=none"], says: /There is no folder none\..*--policies/ },
    { what: "no policies, and no types", args: ["--policies=none", "--no-typegen"], says: /There is no folder none/ },
    { what: "a wrong kinde.json", args: ["--config=wrong.json"], says: /wrong\.json cannot be used\.\n.*applications/ },
    { what: "a broken policy", args: ["--policies=broken"], says: /types \| .*album\.json:1:/ },
    { what: "a broken policy, and no types", args: ["--policies=broken", "--no-typegen"], says: /album\.json:1:/ },
    { what: "no Cerbos", args: [], env: { CERBOS_PATH: "/nowhere" }, says: /CERBOS_PATH is \/nowhere[^]*brew install/ },
  ];
  const byDay = mistakes.filter(({ what }) => what !== "no policies, and no types");
  test.each(IS_NIGHT ? mistakes : byDay)("$what is said", async ({ args, env = {}, says }) => {
    const app = await devApp({ "wrong.json": '{ "people": [] }', "broken/album.json": '{"apiVersion": ' });
    const ports = [`--issuer-port=${app.issuerPort}`, `--pdp-port=${app.pdpPort}`];
    const run = app.run(["dev", ...ports, ...args], env);
    expect(await refusal(run, 1)).toMatch(says);
    expect(app.temporaryFiles()).toEqual([]);
  });
});
