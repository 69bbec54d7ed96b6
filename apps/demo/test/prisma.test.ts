import { readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { PrismaClient } from "../server/prisma/generated/client.ts";
import { reading } from "../server/prisma/node-sqlite.ts";

const read = (path: string): string => readFileSync(new URL(`../server/prisma/${path}`, import.meta.url), "utf8");

test("the generated client is that of the schema: its first lines have the command that makes it anew", () => {
  expect(read("generated/internal/class.ts")).toContain(JSON.stringify(read("schema.prisma")));
});

test("Prisma reads a database that Node has open, and cannot write to it", async () => {
  using database = new DatabaseSync(":memory:");
  database.exec(
    "CREATE TABLE documents (id TEXT, shared_at TEXT, version INTEGER); INSERT INTO documents VALUES ('1', NULL, 7)",
  );
  const { document } = new PrismaClient({ adapter: reading(database) });
  const select = { id: true, sharedAt: true, version: true };
  const row = { id: "1", sharedAt: null, version: 7 };
  expect(await document.findMany({ select })).toEqual([row]);
  await expect(document.deleteMany()).rejects.toThrow("This driver only reads");
  await expect(document.updateMany({ data: { version: 8 } })).rejects.toThrow("This driver only reads");
  expect(await document.findMany({ select })).toEqual([row]);
});
