import { mkdirSync, mkdtempSync, realpathSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { keyFileFor, startLocalKinde } from "../src/index.ts";
import { testConfig } from "./support/config.ts";

let folder: string;
let project: string;
let state: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "key-file-")));
  project = join(folder, "project");
  state = join(folder, "state");
  mkdirSync(project);
  vi.stubEnv("XDG_STATE_HOME", state);
  vi.stubEnv("HOME", join(folder, "home"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

describe("the file for a project's key", () => {
  it("is outside of the project, in the state directory", () => {
    const file = keyFileFor(project)!;
    expect(file.startsWith(join(state, "kinde-cerbos", "project-"))).toBe(true);
    expect(relative(project, file).startsWith("..")).toBe(true);
  });

  it("is in a folder that is its owner's alone", () => {
    expect(statSync(dirname(keyFileFor(project)!)).mode & 0o777).toBe(0o700);
    expect(statSync(join(state, "kinde-cerbos")).mode & 0o777).toBe(0o700);
  });

  it("is the same for each way to name a folder, and another one for each clone", () => {
    const clone = join(folder, "clone", "project");
    mkdirSync(clone, { recursive: true });
    symlinkSync(project, join(folder, "link"));
    const files = [project, `${project}/`, join(folder, "link"), relative(process.cwd(), project)].map(keyFileFor);
    expect(new Set(files).size).toBe(1);
    expect(keyFileFor(clone)).not.toBe(files[0]);
  });

  it.each(["", "relative/state"])("is below the home where XDG_STATE_HOME is %j", (value) => {
    vi.stubEnv("XDG_STATE_HOME", value);
    expect(keyFileFor(project)?.startsWith(join(folder, "home", ".local", "state", "kinde-cerbos"))).toBe(true);
  });

  it.each(["", "relative/home", "/dev/null"])("is nowhere where the home is %j", (home) => {
    vi.stubEnv("XDG_STATE_HOME", "");
    vi.stubEnv("HOME", home);
    expect(keyFileFor(project)).toBeUndefined();
  });

  it("is nowhere where the state directory is inside of the project, also by a link", () => {
    vi.stubEnv("XDG_STATE_HOME", join(project, "state"));
    expect(keyFileFor(project)).toBeUndefined();
    symlinkSync(project, join(folder, "link"));
    vi.stubEnv("XDG_STATE_HOME", join(folder, "link"));
    expect(keyFileFor(project)).toBeUndefined();
  });

  it("is nowhere for a project that is not there", () => {
    expect(keyFileFor(join(folder, "gone"))).toBeUndefined();
  });

  it("is taken by the issuer, which without one makes a new key", async () => {
    const keyFile = keyFileFor(project);
    for (const options of [{ keyFile }, { keyFile: undefined }]) {
      await using kinde = await startLocalKinde({ config: testConfig(), ...options });
      expect(kinde.port).toBeGreaterThan(0);
    }
    expect(statSync(keyFile!).mode & 0o777).toBe(0o600);
  });
});
