import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from "jose";
import { afterEach, beforeEach, expect, it } from "vitest";
import { startLocalKinde } from "../src/index.ts";
import { loadSigningKey } from "../src/signing-key.ts";
import { testConfig } from "./support/config.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "local-kinde-"));
});
afterEach(() => rm(folder, { recursive: true }));

it("outlives a restart: the same kid, and tokens of before still verify", async () => {
  const keyFile = join(folder, "deep", "key.json");
  const first = await startLocalKinde({ config: testConfig(), keyFile });
  const { port } = first;
  const token = await first.createToken({ person: "kp_ann" });
  await first.close();

  await using second = await startLocalKinde({ config: testConfig(), keyFile, port });
  const keys: JSONWebKeySet = JSON.parse(await (await fetch(`${second.url}/.well-known/jwks`)).text());
  const { payload } = await jwtVerify(token, createLocalJWKSet(keys), { issuer: second.url });
  expect(payload.sub).toBe("kp_ann");
});

it("is another one at each start without a file", async () => {
  expect((await loadSigningKey()).kid).not.toBe((await loadSigningKey()).kid);
});

it("is readable by its owner only, and leaves no draft behind", async () => {
  const keyFile = join(folder, "key.json");
  await loadSigningKey(keyFile);
  expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toEqual(["key.json"]);
});

it.each([0o644, 0o660, 0o604, 0o640])("becomes readable by its owner only where it is of mode %o", async (mode) => {
  const keyFile = join(folder, "key.json");
  const { kid } = await loadSigningKey(keyFile);
  await chmod(keyFile, mode);
  expect((await loadSigningKey(keyFile)).kid).toBe(kid);
  expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
});

it("makes folders that are the owner's alone", async () => {
  await loadSigningKey(join(folder, "one", "two", "key.json"));
  for (const made of ["one", "one/two"]) expect((await stat(join(folder, made))).mode & 0o777).toBe(0o700);
});

it("is one and the same for two that start at once", async () => {
  const keyFile = join(folder, "key.json");
  const keys = await Promise.all([loadSigningKey(keyFile), loadSigningKey(keyFile), loadSigningKey(keyFile)]);
  expect(new Set(keys.map(({ kid }) => kid)).size).toBe(1);
  expect(await readdir(folder)).toEqual(["key.json"]);
});

it.each(["", "{}", '{"kty":"EC"}', "not json"])(
  "is not made up over a file that holds something else: %j",
  async (content) => {
    const keyFile = join(folder, "key.json");
    await writeFile(keyFile, content);
    await expect(loadSigningKey(keyFile)).rejects.toMatchObject({
      code: "key_invalid",
      message: expect.stringContaining(keyFile),
    });
    expect(await readFile(keyFile, "utf8")).toBe(content);
  },
);
