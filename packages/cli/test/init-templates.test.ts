import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { startLocalKinde } from "@kinde-cerbos/local-kinde";
import { describe, expect, onTestFinished, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import {
  evaluationModes,
  findCerbos,
  freePort,
  hasStrictEvaluation,
  startChild,
  waitUntilHealthy,
} from "../src/internal.ts";
import { policyResults } from "../src/pdp/policy-results.ts";
import { WITH_CERBOS } from "./support/app.ts";
import { viteApp } from "./support/vite-app.ts";

const quickStart = readFileSync(new URL("../../../docs/quick-start.md", import.meta.url), "utf8");

/** The code block with this title in the quick start. */
function shown(title: string): string {
  return new RegExp(`\`\`\`\\w+ \\[${title}\\]\n(.*?)\`\`\``, "s").exec(quickStart)?.[1] ?? "";
}

describe("What init writes", () => {
  test.each(evaluationModes().map((mode) => [mode]))("policies pass their tests in Cerbos: %j", async (mode) => {
    const app = viteApp();
    await app.setUp([], { env: WITH_CERBOS });
    const args = ["compile", ...mode, "cerbos/policies", "--output=json"];
    const { stdout, status } = spawnSync(findCerbos().path, args, { cwd: app.folder, encoding: "utf8" });
    expect(policyResults(stdout, status)).toEqual({ passed: 45, failed: 0, skipped: 0 });
  });

  test("the configuration starts a PDP for your Kinde, and none without the variables", async ({ skip }) => {
    skip(!hasStrictEvaluation(), "It needs Cerbos 0.55.");
    await using kinde = await startLocalKinde({ config: join(import.meta.dirname, "../templates/vite/kinde.json") });
    const app = viteApp();
    const [port, grpcPort] = [await freePort(), await freePort()];
    await app.setUp([`--pdp-port=${port}`]);
    app.write("cerbos/config.yaml", app.read("cerbos/config.yaml").replace(":3593", `:${grpcPort}`));
    const start = (env: Record<string, string>) =>
      startChild({
        name: "PDP",
        command: findCerbos().path,
        args: ["server", "--config=cerbos/config.yaml"],
        cwd: app.folder,
        env,
      });
    const pdp = start({ VITE_KINDE_DOMAIN: kinde.url, VITE_KINDE_CLIENT_ID: "my-app" });
    onTestFinished(() => pdp.stop());
    await waitUntilHealthy(pdp, `http://127.0.0.1:${port}/_cerbos/health`);
    const bare = start({});
    onTestFinished(() => bare.stop());
    expect((await bare.exited).code).not.toBe(0);
  });

  test("the policy, the plugin and the configuration are those of the quick start", async () => {
    const app = viteApp();
    await app.setUp();
    const [policy] = parseAllDocuments(app.read("cerbos/policies/document.yaml")).map((document) => document.toJS());
    expect(policy.resourcePolicy.schemas).toEqual({ resourceSchema: { ref: "cerbos:///document.json" } });
    delete policy.resourcePolicy.schemas;
    expect(policy).toEqual(parse(shown("cerbos/policies/document.yaml")));

    const { engine, ...config } = parse(shown("cerbos/config.yaml"));
    delete engine.globals.audience;
    const expected = JSON.stringify({ ...config, engine })
      .replaceAll("https://YOUR_DOMAIN.kinde.com", "${VITE_KINDE_DOMAIN}")
      .replaceAll("YOUR_CLIENT_ID", "${VITE_KINDE_CLIENT_ID}");
    expect(parse(app.read("cerbos/config.yaml"))).toEqual(JSON.parse(expected));

    for (const part of [
      '<PermissionsProvider pdp="/authz">{children}</PermissionsProvider>',
      "logoutUri={window.location.origin}",
    ]) {
      expect(app.read("src/kinde-cerbos-providers.tsx")).toContain(part);
      expect(shown("src/providers.tsx")).toContain(part);
    }
  });

  test("no file names what only this repository has", async () => {
    const app = viteApp();
    await app.setUp();
    for (const text of Object.values(app.files())) expect(text).not.toMatch(/workspace:|catalog:/);
  });
});

describe("docs/guides/init.md", () => {
  const page = readFileSync(new URL("../../../docs/guides/init.md", import.meta.url), "utf8");

  test("names each option and exit code of the help, and each file", async () => {
    const app = viteApp();
    const { stdout } = await app.init(["--help"]);
    const options = [...stdout.matchAll(/^ {2}(?:-y, )?(--[a-z-]+)/gm)].map(([, name]) => name);
    expect(options).toContain("--dry-run");
    expect(options.filter((name) => !page.includes(`\`${name}`))).toEqual([]);
    for (const code of [0, 1, 2, 3, 130]) expect(page).toContain(`\n| ${code} | `);
    const output = await app.setUp();
    const files = [...output.matchAll(/^ {2}(?:new|changed) +(?:(\S+))$/gm)].map(([, path = ""]) => path);
    const unnamed = files.filter((path) => !page.includes(path) && !path.includes("/kinde/"));
    expect(unnamed).toEqual([]);
  });
});
