import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { expect, it } from "vitest";
import { LocalKindeConfigError } from "../src/index.ts";
import { loadConfig } from "../src/load-config.ts";
import { testConfig } from "./support/config.ts";

async function inFile(text: string, withFile: (file: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "local-kinde-"));
  try {
    const file = join(folder, "kinde.json");
    await writeFile(file, text);
    await withFile(file);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function failure(source: Parameters<typeof loadConfig>[0]): Promise<LocalKindeConfigError> {
  try {
    await loadConfig(source);
  } catch (error) {
    if (error instanceof LocalKindeConfigError) return error;
    throw error;
  }
  throw new Error("the config was taken");
}

it("reads a file", async () => {
  await inFile(JSON.stringify({ $schema: "./kinde.schema.json", ...testConfig() }), async (file) => {
    expect(await loadConfig(file)).toMatchObject(testConfig());
  });
});

it("keeps a copy, which later changes do not reach", async () => {
  const config = testConfig();
  const loaded = await loadConfig(config);
  config.people.length = 0;
  expect(loaded.people).toHaveLength(3);
});

it("says which file is absent, or is not JSON", async () => {
  const absent = await failure("/no/such/kinde.json");
  expect(absent.code).toBe("config_unreadable");
  expect(absent.message).toContain("/no/such/kinde.json");
  await inFile('{ "people": [', async (file) => {
    expect(await failure(file)).toMatchObject({
      code: "config_unreadable",
      message: expect.stringContaining(file),
    });
  });
});

it.each([
  ["the missing quotes of it", '"clientSecret": topSecret'],
  ["right after it", '"clientSecret": "topSecret","a":b'],
  ["in it", String.raw`"clientSecret": "topSecret\q"`],
])("quotes no secret in an error if a mistake in the JSON is %s", async (_where, text) => {
  await inFile(`{ "applications": [{ ${text} }] }`, async (file) => {
    const error = await failure(file);
    expect(error.code).toBe("config_unreadable");
    expect(inspect(error)).not.toMatch(/topS|et",/);
  });
});

it("names the file and lists every problem in the message, a line each", async () => {
  await inFile(JSON.stringify({ ...testConfig(), people: "none", organisations: [] }), async (file) => {
    const error = await failure(file);
    expect(error.code).toBe("config_invalid");
    expect(error.message.split("\n")).toEqual([
      `The Kinde config ${file} cannot be used.`,
      '  organisations: is not a known setting; did you mean "organizations"?',
      "  people: must be an array, is a string",
    ]);
  });
});

it("ships a schema whose every setting is described", async () => {
  const schema: unknown = JSON.parse(await readFile(new URL("../kinde.schema.json", import.meta.url), "utf8"));
  const bare: string[] = [];
  const visit = (value: unknown, path: string): void => {
    if (typeof value !== "object" || value === null) return;
    for (const [key, child] of Object.entries(value)) {
      const isSetting = path.endsWith("/properties") && typeof child === "object" && child !== null;
      if (isSetting && !("description" in child)) bare.push(`${path}/${key}`);
      visit(child, `${path}/${key}`);
    }
  };
  visit(schema, "");
  expect(bare).toEqual([]);
});

it("refuses more levels than any config needs", async () => {
  const value: unknown = JSON.parse(`${"[".repeat(3000)}${"]".repeat(3000)}`);
  await inFile(JSON.stringify({ ...testConfig(), people: value }), async (file) => {
    expect((await failure(file)).problems).toEqual([{ path: "", message: "It is nested more than 100 levels deep." }]);
  });
});
