// The policy with a nonce of docs/guides/hardening.md: this app, built with it, works, and the policy is not violated.
import { execFile } from "node:child_process";
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect } from "@playwright/test";
import { blocksOf } from "../../../../docs/test/blocks.ts";
import { folder, NIGHTLY, test as withApp } from "./app.ts";
import { ACTIONS, AS_MEMBER, rightsOn, rowOf, setRoles, signIn, untilFollowing } from "./workspace.ts";

const GUIDE = "docs/guides/hardening.md";

const test = withApp.extend<object, { build: string }>({
  build: [async ({}, provide) => provide(await buildWithNonce()), { scope: "worker", timeout: 300_000 }],
});

/** Builds this app in a folder of its own, changed as the guide says. Returns the folder. */
async function buildWithNonce(): Promise<string> {
  const build = `${folder}test-results/nonce/`;
  rmSync(build, { recursive: true, force: true });
  for (const part of ["app", "lib", ".env"]) cpSync(folder + part, build + part, { recursive: true });
  const guide = readFileSync(`${folder}../../${GUIDE}`, "utf8");
  const proxy = blocksOf(GUIDE, guide).find(({ title }) => title === "proxy.ts");
  writeFileSync(`${build}proxy.ts`, proxy!.code);
  // Without cacheComponents. The types of the sample are checked with all of the guide's.
  writeFileSync(`${build}next.config.ts`, "export default { typescript: { ignoreBuildErrors: true } };\n");
  writeFileSync(`${build}tsconfig.json`, JSON.stringify({ extends: "../../tsconfig.json" }));
  const layout = readFileSync(`${build}app/layout.tsx`, "utf8");
  writeFileSync(
    `${build}app/layout.tsx`,
    `import { connection } from "next/server";\n${layout
      .replace("function Layout", "async function Layout")
      .replace("return (", "await connection();\n  return (")}`,
  );
  const next = fileURLToPath(import.meta.resolve("next/dist/bin/next"));
  // Not synchronously: this process serves the issuer's keys to the PDP.
  await promisify(execFile)(process.execPath, [next, "build"], {
    cwd: build,
    timeout: 280_000,
    env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
  });
  return build;
}

test(
  "signing in, decisions, live updates and an action work under the guide's policy",
  NIGHTLY,
  async ({ page, kinde }) => {
    const violations: string[] = [];
    page.on("console", (message) => {
      if (/Content Security Policy|violates/i.test(message.text())) violations.push(message.text());
    });
    await untilFollowing(page, () => signIn(page, "kp_ann", "org_north"));
    await expect.poll(() => rightsOn(page)).toHaveProperty("Budget", ACTIONS);
    await setRoles(kinde);
    await expect.poll(() => rightsOn(page)).toEqual(AS_MEMBER);
    await setRoles(kinde, "admin");
    await expect.poll(() => rightsOn(page)).toHaveProperty("Budget", ACTIONS);
    await rowOf(page, "Roadmap").getByRole("button", { name: "Delete" }).click();
    await expect(rowOf(page, "Roadmap")).toHaveCount(0);
    expect(violations).toEqual([]);
  },
);

test("each page has its own nonce, on all of its inline scripts", NIGHTLY, async ({ page }) => {
  await signIn(page, "kp_ann", "org_north");
  const nonces = new Set<string>();
  for (const path of ["/", "/documents", "/documents"]) {
    const response = await page.request.get(path);
    const [, nonce = ""] =
      /script-src 'self' 'nonce-([^']+)'/.exec(response.headers()["content-security-policy"] ?? "") ?? [];
    expect(nonce).not.toBe("");
    nonces.add(nonce);
    const inline = (await response.text()).match(/<script(?![^>]* src=)[^>]*>/g) ?? [];
    expect(inline.length).toBeGreaterThan(0);
    expect(inline.filter((tag) => !tag.includes(` nonce="${nonce}"`))).toEqual([]);
  }
  expect(nonces.size).toBe(3);
});
