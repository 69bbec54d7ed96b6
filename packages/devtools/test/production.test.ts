// @vitest-environment node
// What is published, as an app's bundler leaves it. The build comes before the tests.
import { fileURLToPath } from "node:url";
import { build, type Rollup } from "vite";
import { describe, expect, it } from "vitest";

/** An app's bundle, without the packages that it would have anyway. */
async function bundleOf(app: string, environment: string): Promise<string> {
  const bundled = await build({
    configFile: false,
    logLevel: "silent",
    define: { "process.env.NODE_ENV": JSON.stringify(environment) },
    build: {
      lib: { entry: fileURLToPath(new URL(`apps/${app}.ts`, import.meta.url)), formats: ["es"] },
      rollupOptions: { external: [/^react/, /^@tanstack/, /^@kinde-cerbos\/(core|react)/] },
      minify: false,
      write: false,
    },
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one format is one output
  const [{ output }] = bundled as [Rollup.RollupOutput];
  return output.map((file) => ("code" in file ? file.code : "")).join("\n");
}

describe.each(["panel", "plugin"])("a bundle with the %s", (app) => {
  it("has it in development", async () => {
    const code = await bundleOf(app, "development");
    expect(code).toContain('role: "tablist"');
    expect(code).toContain("attachShadow");
  });

  it("has next to nothing in production, and imports nothing of ours", async () => {
    const code = await bundleOf(app, "production");
    expect(code).not.toMatch(/@kinde-cerbos|tablist|attachShadow|Recorder|inspection/);
    expect(code.length).toBeLessThan(900);
  });
});
