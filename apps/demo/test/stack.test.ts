import { createServer, type Server } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { demoPorts, endDemos, runDemo, startDemo } from "./stack-run.ts";

const servers: Server[] = [];

afterEach(async () => {
  await endDemos();
  for (const server of servers.splice(0)) server.close();
});

describe("the demo", () => {
  test("runs an issuer, two PDPs and a page, and prints one address", async () => {
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
});

describe("a port that is taken", () => {
  test.each(["DEMO_PORT", "DEMO_ISSUER_PORT", "DEMO_PDP_PORT", "DEMO_PDP_GRPC_PORT", "DEMO_DIRECT_PDP_PORT"] as const)(
    "is named with %s, before anything is started",
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
