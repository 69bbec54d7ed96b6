import { chmodSync, globSync } from "node:fs";
import { join } from "node:path";
import { build, createLogger, createServer, type InlineConfig } from "vite";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { kindeCerbosTypegen } from "../src/vite.ts";
import { type App, app, resourcePolicy, withSchema } from "./support/app.ts";

const FILES = {
  "cerbos/policies/album.json": resourcePolicy("album", [["view"]]),
  "kinde.json": "{}",
  "index.html": '<script type="module" src="/main.ts"></script>',
  "main.ts": "export {};",
};

/** What Vite would say of errors. */
const errors: string[] = [];

/** What Vite would warn of. */
const warnings: string[] = [];

function configOf({ folder }: App): InlineConfig {
  errors.length = 0;
  warnings.length = 0;
  const customLogger = createLogger("silent");
  customLogger.error = (text) => void errors.push(text);
  customLogger.warn = (text) => void warnings.push(text);
  return {
    root: folder,
    configFile: false,
    customLogger,
    plugins: [kindeCerbosTypegen({ kinde: "kinde.json" })],
    server: { middlewareMode: true, ws: false },
    optimizeDeps: { noDiscovery: true },
  };
}

describe("The plugin of Vite", () => {
  test("writes the file before a build", async () => {
    const project = app(FILES);
    await build(configOf(project));
    expect(project.read("src/cerbos.gen.ts")).toContain('readonly album: "view"');
  });

  test("the names are not in a production bundle, if only development passes them", async () => {
    const project = app({
      ...FILES,
      "main.ts": `import { cerbosNames } from "./src/cerbos.gen.ts";
        document.title = JSON.stringify({ names: import.meta.env.DEV ? cerbosNames : undefined });`,
    });
    const built = async (environment: string): Promise<string> => {
      vi.stubEnv("NODE_ENV", environment);
      await build(configOf(project));
      const [file = ""] = globSync("dist/assets/*.js", { cwd: project.folder });
      return project.read(file);
    };
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(await built("development")).toContain("album");
    expect(await built("production")).not.toContain("album");
  });

  test("fails a build if a policy is wrong", async () => {
    const project = app({ ...FILES, "cerbos/policies/album.json": "{" });
    await expect(build(configOf(project))).rejects.toThrow(/album\.json:1:\d/);
  });

  test("writes it when the development server starts, and after each change", async () => {
    const project = app(FILES);
    const server = await createServer(configOf(project));
    onTestFinished(() => server.close());
    const until = (text: string): Promise<void> =>
      vi.waitFor(() => expect(project.read("src/cerbos.gen.ts")).toContain(text), 20_000);

    expect(project.read("src/cerbos.gen.ts")).toContain('readonly album: "view"');
    // A change before it watches is not seen.
    await vi.waitFor(() => expect(JSON.stringify(server.watcher.getWatched())).toContain("album.json"), 20_000);
    project.write("cerbos/policies/album.json", resourcePolicy("album", [["view", "edit"]]));
    await until('readonly album: "edit" | "view"');

    project.write("cerbos/policies/album.json", "{");
    await vi.waitFor(() => expect(errors.join()).toMatch(/album\.json:1:\d/), 20_000);
    project.write("cerbos/policies/album.json", resourcePolicy("album", [["crop"]]));
    await until('readonly album: "crop"');
    project.write("kinde.json", '{ "roles": [{ "key": "admin" }] }');
    await until('readonly roles: "admin"');
  });

  test("starts the development server before Cerbos has compiled the policies, if there is a file", async () => {
    const project = app({
      ...FILES,
      "cerbos.sh": "#!/bin/sh\nwhile [ ! -e go ]; do sleep 0.02; done\necho Cerbos is not pleased.\nexit 3\n",
    });
    await build(configOf(project));
    chmodSync(join(project.folder, "cerbos.sh"), 0o755);
    vi.stubEnv("CERBOS_PATH", join(project.folder, "cerbos.sh"));
    onTestFinished(() => void vi.unstubAllEnvs());
    const server = await createServer(configOf(project));
    onTestFinished(() => server.close());
    expect(errors).toEqual([]);
    project.write("go", "");
    await vi.waitFor(() => expect(errors.join()).toContain("Cerbos is not pleased."), 20_000);
  });

  test("says what has no types, before a build and in development", async () => {
    const project = app({
      ...FILES,
      "cerbos/policies/video.json": resourcePolicy("video", [["play"]], withSchema("https://example.com/video.json")),
    });
    const note = expect.stringContaining("https://example.com/video.json is outside of the policy folder");
    await build(configOf(project));
    expect(warnings).toEqual([note]);
    const server = await createServer(configOf(project));
    onTestFinished(() => server.close());
    await vi.waitFor(() => expect(warnings).toEqual([note]), 20_000);
  });

  test.each([
    [{ policy: "policies" }, /takes only the options policies, out and kinde/],
    [{ out: "" }, /out must be a path/],
    [null, /takes an object of options/],
  ])("%j is refused", (options, message) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as an untyped caller may write it
    expect(() => kindeCerbosTypegen(options as object)).toThrow(
      expect.objectContaining({ code: "invalid_option", message: expect.stringMatching(message) }),
    );
  });
});
