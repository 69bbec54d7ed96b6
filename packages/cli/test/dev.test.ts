import { existsSync, readdirSync, statSync } from "node:fs";
import { connect, createServer } from "node:net";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { freePort } from "../src/internal.ts";
import { albumPolicy, CLIENT_ID, devApp, people } from "./support/dev-app.ts";
import { expectNothingLeft, pdpOf, WAIT } from "./support/dev-ends.ts";
import { IS_NIGHT } from "./support/nightly.ts";

describe("kinde-cerbos dev", () => {
  test("starts an issuer and a PDP, which answers for a token of the issuer", async () => {
    const app = await devApp();
    const run = await app.dev();

    for (const text of [
      `Kinde domain: http://localhost:${app.issuerPort}\n`,
      `PDP: http://127.0.0.1:${app.pdpPort}\n`,
      `Client IDs: ${CLIENT_ID}\n`,
      "  Ann Lee <ann@example.com>: org_north (editor)\n",
    ]) {
      expect(run.output()).toContain(text);
    }
    expect(await app.signInPage()).toContain("Ann Lee");
    const token = await app.signIn();
    expect(await app.allowed(token)).toEqual(["view"]);
    expect(app.read("src/cerbos.gen.ts")).toContain('"album"');
    for (const part of token.split(".")) expect(run.output()).not.toContain(part);
  });

  test("keeps the signing key outside of the project, for its owner only", async () => {
    const app = await devApp();
    await app.dev();

    const state = join(app.folder, "../state/kinde-cerbos");
    const [project = ""] = readdirSync(state);
    expect(statSync(join(state, project, "signing-key.json")).mode & 0o077).toBe(0);
    expect(statSync(join(state, project)).mode & 0o077).toBe(0);
    expect(new Set(readdirSync(app.folder, { encoding: "utf8", recursive: true }))).toEqual(
      new Set(["cerbos", "cerbos/policies", "cerbos/policies/album.json", "kinde.json", "src", "src/cerbos.gen.ts"]),
    );
  });

  test("listens on this machine's loopback address only", async () => {
    const app = await devApp();
    const grpcPort = await freePort();
    await app.dev([`--pdp-grpc-port=${grpcPort}`]);

    for (const port of [app.issuerPort, app.pdpPort, grpcPort]) expect(await listensOn(port)).toEqual(["127.0.0.1"]);
  });

  test("takes a changed policy, shows one that is broken, and goes on with the last good one", async () => {
    const app = await devApp();
    const run = await app.dev();
    const token = await app.signIn();
    await run.wrote("Watching cerbos/policies");

    app.write("cerbos/policies/album.json", albumPolicy("edit"));
    await vi.waitFor(async () => expect(await app.allowed(token)).toEqual(["edit"]), WAIT);
    await vi.waitFor(() => expect(app.read("src/cerbos.gen.ts")).toContain('"edit"'), WAIT);

    app.write("cerbos/policies/album.json", '{"apiVersion": ');
    await run.wrote("types | The policies in cerbos/policies do not compile.\n");
    await run.wrote("types | album.json:1:");
    await run.wrote("pdp | Failed to read policy from file: album.json: ");
    expect(await app.allowed(token)).toEqual(["edit"]);

    app.write("cerbos/policies/album.json", albumPolicy("edit", "view"));
    await vi.waitFor(async () => expect(await app.allowed(token)).toEqual(["edit", "view"]), WAIT);
  });

  test.runIf(IS_NIGHT)("without types, too, shows a broken policy and goes on with the last good one", async () => {
    const app = await devApp();
    const run = await app.dev(["--no-typegen"]);
    const token = await app.signIn();

    app.write("cerbos/policies/album.json", albumPolicy("view").replace("globals.issuer", "globals.issuer +"));
    await run.wrote("maintaining last valid state: ");
    await run.wrote("album.json:1:");
    expect(await app.allowed(token)).toEqual(["view"]);

    app.write("cerbos/policies/album.json", albumPolicy("edit"));
    await vi.waitFor(async () => expect(await app.allowed(token)).toEqual(["edit"]), WAIT);
    expect(existsSync(join(app.folder, "src"))).toBe(false);
  });

  test("takes changed people, and says what the PDP has not heard of", async () => {
    const app = await devApp();
    const run = await app.dev();

    app.write("kinde.json", people("Anna"));
    await run.wrote("issuer | The local Kinde uses the changed kinde.json.");
    expect(await app.signInPage()).toContain("Anna Lee");
    expect(run.output()).not.toContain("applications have changed");

    app.write("kinde.json", people("Anna").replace('"clientId":"app"', '"clientId":"other"'));
    await run.wrote("issuer | The applications have changed.");
    app.write("kinde.json", people("Anna", { roles: [] }));
    await run.wrote('issuer |   people[0].memberships[0].roles[0]: no role "editor"');
  });

  test("starts the PDP again when it ends", async () => {
    const app = await devApp();
    const run = await app.dev();
    const token = await app.signIn();

    process.kill(pdpOf(run.children()).pid, "SIGKILL");

    await run.wrote("pdp | The PDP was ended by SIGKILL.");
    await run.wrote("pdp | Starting it again.");
    await run.wrote("pdp | The PDP answers again.");
    expect(await app.allowed(token)).toEqual(["view"]);
    expect(app.temporaryFiles()).toHaveLength(1);
  });

  const ends = [
    { code: 7, ends: 1 },
    { code: 0, ends: 0 },
  ];
  test.each(IS_NIGHT ? ends : ends.slice(0, 1))(
    "runs the app beside them, and ends when it ends with $code, with all that it has started",
    async (each) => {
      const app = await devApp();
      const untilTold = "while [ ! -e go ]; do sleep 0.05; done";
      const run = await app.dev(["--", "sh", "-c", `sleep 300 & echo started; ${untilTold}; exit ${each.code}`]);
      await run.wrote("app | started\n");
      const children = run.children();
      expect(children.map(({ command }) => command).join("\n")).toContain("sleep 300");
      expect(await app.allowed(await app.signIn())).toEqual(["view"]);

      app.write("go", "");

      expect(await run.ended).toBe(each.ends);
      expect(run.output()).toContain(
        each.code === 0 ? "Stopping: the app ended with exit code 0." : `The app ended with exit code ${each.code}.`,
      );
      expect(app.temporaryFiles()).toEqual([]);
      await expectNothingLeft(app, children);
    },
  );

  test("warns before the app starts if a port of a redirect URI is taken", async () => {
    const [port, free] = [await freePort(), await freePort()];
    const redirectUris = [`http://localhost:${port}/one`, `http://localhost:${port}/two`, `http://127.0.0.1:${free}`];
    const app = await devApp({
      "kinde.json": people("Ann", { applications: [{ clientId: CLIENT_ID, redirectUris }] }),
    });
    const server = createServer();
    onTestFinished(() => void server.close());
    await new Promise<void>((resolve) => void server.listen(port, "127.0.0.1", resolve));

    const run = await app.dev(["--", "sh", "-c", "echo started; sleep 300"]);
    await run.wrote("app | started");

    expect(run.output().match(/Port \d+ is taken.*/g)).toEqual([
      `Port ${port} is taken, and kinde.json has redirect URIs with it. If your app starts on another port, signing in ` +
        `leads to the program on port ${port}. Stop that program, or change the port in kinde.json and in your app's ` +
        "settings.",
    ]);
  });

  test("an app that is not there is said", async () => {
    const app = await devApp();
    const run = await app.dev(["--", "no-such-program"]);
    expect(await run.ended).toBe(1);
    expect(run.output()).toContain("The app could not be started.");
    expect(run.output()).toContain("app | spawn no-such-program ENOENT");
  });
});

/** Those of this machine's addresses at which something answers on a port. */
async function listensOn(port: number): Promise<string[]> {
  const addresses = Object.values(networkInterfaces()).flatMap((each = []) => each.map(({ address }) => address));
  const answers = await Promise.all(addresses.map((address) => accepts(address, port)));
  return addresses.filter((_, index) => answers[index]);
}

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}
