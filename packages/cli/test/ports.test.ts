import { expect, test } from "vitest";
import { freePort } from "../src/internal.ts";
import { runNode } from "./support/node-run.ts";

/** Some free ports as another process gets them. It does not end before it is told to. */
async function portsOfAnotherProcess(count: number): Promise<{ ports: number[]; end: () => Promise<void> }> {
  const module = new URL("../src/programs/ports.ts", import.meta.url).href;
  const run = runNode([
    "--input-type=module",
    "-e",
    `import { freePort } from ${JSON.stringify(module)};
     const ports = await Promise.all(Array.from({ length: ${count} }, freePort));
     setInterval(() => {}, 1000);
     console.log(JSON.stringify(ports));`,
  ]);
  await run.wrote("]");
  return {
    ports: JSON.parse(run.output()),
    async end() {
      run.kill("SIGTERM");
      await run.ended;
    },
  };
}

test("ports asked for one after the other, and at the same time, are different ones", async () => {
  const ports: number[] = [];
  for (let asked = 0; asked < 20; asked += 1) ports.push(await freePort());
  ports.push(...(await Promise.all(Array.from({ length: 20 }, freePort))));
  expect(new Set(ports).size).toBe(40);
});

test("the ports of processes that run beside each other are different ones", async () => {
  const others = await Promise.all([portsOfAnotherProcess(90), portsOfAnotherProcess(90)]);
  const ports = [...others.flatMap((other) => other.ports), await freePort()];
  await Promise.all(others.map((other) => other.end()));
  expect(new Set(ports).size).toBe(181);
});

test("a port is none that the system gives to whoever asks for any", async () => {
  // From 32768 on Linux, from 49152 on macOS.
  for (const port of await Promise.all(Array.from({ length: 20 }, freePort))) {
    expect(port).toBeGreaterThan(1_023);
    expect(port).toBeLessThan(32_768);
  }
});
