import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kinde-cerbos-binary-"));
  vi.resetModules();
  vi.stubEnv("CERBOS_PATH", undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

/** A program that says it is Cerbos, of this version. */
function fakeCerbos(version: string): string {
  const file = join(folder, "cerbos");
  writeFileSync(file, `#!/bin/sh\necho "${version}"\n`);
  chmodSync(file, 0o755);
  return file;
}

/** A machine for which npm has no Cerbos, with this PATH. */
function onAnotherMachine(path: string): void {
  vi.spyOn(process, "arch", "get").mockReturnValue("riscv64");
  vi.stubEnv("PATH", path);
}

/** A project with this version, in whose folder below `findCerbos` looks. */
function projectWith(version: string): string {
  const name = `@cerbos/cerbos-${process.platform}-${process.arch}`;
  const installed = join(folder, "node_modules", name);
  mkdirSync(installed, { recursive: true });
  mkdirSync(join(folder, "app"));
  writeFileSync(join(installed, "package.json"), JSON.stringify({ name, version, main: "./server" }));
  writeFileSync(join(installed, "server"), "");
  return join(folder, "app");
}

const look = () => import("../src/pdp/cerbos.ts");

test("CERBOS_PATH comes before what npm installed", async () => {
  const file = fakeCerbos("0.99.1");
  vi.stubEnv("CERBOS_PATH", file);
  const { findCerbos } = await look();
  expect(findCerbos()).toEqual({ path: file, version: "0.99.1" });
});

test("the one that npm installed tells the version that is taken for granted", async () => {
  const { path, version } = (await look()).findCerbos();
  vi.resetModules();
  vi.stubEnv("CERBOS_PATH", path);
  expect((await look()).cerbosVersion()).toBe(version);
});

test("where npm has none, the cerbos of the PATH is taken", async () => {
  fakeCerbos("v0.57.0");
  onAnotherMachine(["/nowhere", folder, "/bin"].join(delimiter));
  const { findCerbos } = await look();
  expect(findCerbos()).toEqual({ path: "cerbos", version: "0.57.0" });
});

test("where there is none at all, the error names the ways to get one", async () => {
  onAnotherMachine("/nowhere");
  const { findCerbos } = await look();
  expect(findCerbos).toThrow(
    /Cerbos was not found[\s\S]*brew install[\s\S]*npm install[\s\S]*docker[\s\S]*releases\/tag\/v/,
  );
});

test.each([
  ["a file that is not there", () => join(folder, "nothing")],
  ["a folder", () => folder],
  ["another program", () => fakeCerbos("hello")],
])("CERBOS_PATH that is %s is an error, and nothing else is taken", async (_, path) => {
  vi.stubEnv("CERBOS_PATH", path());
  const { findCerbos } = await look();
  expect(findCerbos).toThrow(/CERBOS_PATH is .*not a Cerbos server that runs on this machine/);
});

test("one that is too old is an error with both versions", async () => {
  vi.stubEnv("CERBOS_PATH", fakeCerbos("0.9.0"));
  const { findCerbos } = await look();
  expect(findCerbos).toThrow(/in CERBOS_PATH has version 0\.9\.0\. 0\.51\.0 or newer is needed/);
});

describe("one that npm has installed for a project", () => {
  test("is found from a folder below, and npm tells its version", async () => {
    const { findCerbos } = await look();
    const { path, version } = findCerbos({ env: { PATH: "/nowhere" }, cwd: projectWith("0.88.0") });
    expect([realpathSync(path), version]).toEqual([
      realpathSync(join(folder, `node_modules/@cerbos/cerbos-${process.platform}-${process.arch}/server`)),
      "0.88.0",
    ]);
  });

  test("is refused if it is too old", async () => {
    const { findCerbos } = await look();
    const cwd = projectWith("0.40.0");
    expect(() => findCerbos({ env: {}, cwd })).toThrow(
      /in node_modules has version 0\.40\.0\. 0\.51\.0 or newer is needed/,
    );
  });
});
