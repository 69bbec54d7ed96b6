import { readdirSync, readFileSync } from "node:fs";
import { createAuthorizer, createSession } from "@kinde-cerbos/core";
import { expect, it, vi } from "vitest";
import { fakePdp, token } from "./support.ts";

const away = vi.hoisted(() => (name: string) => () => {
  throw new Error(`core must not import ${name}`);
});
vi.mock("react", away("react"));
vi.mock("react-dom", away("react-dom"));
vi.mock("@tanstack/react-query", away("@tanstack/react-query"));
vi.mock("@kinde-oss/kinde-auth-react", away("@kinde-oss/kinde-auth-react"));

it("decides without React, react-query and Kinde's SDK", async () => {
  const session = await createSession(token());
  const authorizer = createAuthorizer({ pdp: fakePdp(), session });
  const decision = await authorizer.check({ action: "view", resource: "document" });
  expect(decision.allowed).toBe(true);
});

it("imports nothing but its own files", () => {
  const source = new URL("../src/", import.meta.url);
  const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  expect(files).toContain("index.ts");
  const imported = files.flatMap((file) => {
    const text = readFileSync(new URL(file, source), "utf8");
    return [...text.matchAll(/^(?:import|export)\b[^;]*?\bfrom\s+"([^"]+)"|\bimport\s*\(?\s*"([^"]+)"/gm)].map(
      ([, from, bare]) => from ?? bare,
    );
  });
  expect(imported).toContain("../base/errors.ts");
  expect(imported.filter((specifier) => !/^\.\.?\/([a-z]+\/)?[a-z0-9-]+\.ts$/.test(specifier ?? ""))).toEqual([]);
});
