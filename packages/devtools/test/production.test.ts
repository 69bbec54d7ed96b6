// @vitest-environment node
// The published files, bundled by an app. Build the package before these tests.
import { fileURLToPath } from "node:url";
import { build, type Rollup } from "vite";
import { describe, expect, it } from "vitest";

/** Returns an app's bundle, without the packages that it would have anyway. */
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
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one format gives one output
  const [{ output }] = bundled as [Rollup.RollupOutput];
  return output.map((file) => ("code" in file ? file.code : "")).join("\n");
}

describe.each(["panel", "plugin"])("a bundle with the %s", (app) => {
  it("contains the panel in development", async () => {
    const code = await bundleOf(app, "development");
    expect(code).toContain('role: "tablist"');
    expect(code).toContain("attachShadow");
  });

  it("contains almost nothing in production, and imports none of our packages", async () => {
    const code = await bundleOf(app, "production");
    expect(code).not.toMatch(/@kinde-cerbos|tablist|attachShadow|Recorder|inspection/);
    expect(code.length).toBeLessThan(900);
  });
});
