import { readdirSync } from "node:fs";
import { createServer } from "node:net";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { authorizeUrl, Browser } from "../../local-kinde/test/support/browser.ts";
import { isPortFree } from "../src/internal.ts";
import { CLIENT_ID, type DevApp, devApp, people } from "./support/dev-app.ts";
import { IS_NIGHT } from "./support/nightly.ts";
import { type Run } from "./support/node-run.ts";

/** An issuer that says that it runs. */
async function startIssuer(app: DevApp, ...args: readonly string[]): Promise<Run> {
  const run = app.run(["issuer", `--port=${app.issuerPort}`, ...args]);
  await run.wrote("Ctrl-C stops it.");
  return run;
}

describe("kinde-cerbos issuer", () => {
  test("starts the issuer, and says where it is, who there is and how to sign in", async () => {
    const app = await devApp({ "config/people.json": people() });
    const run = await startIssuer(app, "--config=config/people.json");

    for (const text of [
      `The local Kinde runs at http://localhost:${app.issuerPort}\n`,
      `http://localhost:${app.issuerPort}/.well-known/jwks\n`,
      `Client IDs: ${CLIENT_ID}\n`,
      "There are no passwords:\n  Ann Lee <ann@example.com>: org_north (editor)\n",
    ]) {
      expect(run.output()).toContain(text);
    }
    const token = await app.signIn();
    for (const part of token.split(".")) expect(run.output()).not.toContain(part);
  });

  test("lists twenty people at most", async () => {
    const { people: many }: { people: object[] } = JSON.parse(people());
    const person = (index: number): object => ({ ...many[0], id: `kp_${index}`, email: `${index}@example.com` });
    const app = await devApp({
      "kinde.json": people("Ann", { people: Array.from({ length: 25 }, (_, i) => person(i)) }),
    });
    const run = await startIssuer(app);
    expect(run.output()).toContain("<19@example.com>: org_north (editor)\n  and 5 more\n");
  });

  test("reads its file again when it changes, says what is wrong with it, and goes on", async () => {
    const app = await devApp();
    const run = await startIssuer(app);

    app.write("kinde.json", people("Anna"));
    await run.wrote("The local Kinde uses the changed kinde.json.");
    expect(await app.signInPage()).toContain("Anna Lee");
    expect(run.output()).not.toContain("As in Kinde");

    app.write("kinde.json", people("Zoe", { roles: [] }));
    await run.wrote('people[0].memberships[0].roles[0]: no role "editor"');
    expect(await app.signInPage()).toContain("Anna Lee");

    app.write("kinde.json", people("Zoe"));
    await vi.waitFor(async () => expect(await app.signInPage()).toContain("Zoe Lee"), 20_000);
  });

  test("says that a changed role does not reach people who have had a token", async () => {
    const app = await devApp();
    const run = await startIssuer(app);
    const north = { code: "org_north", name: "North" };
    app.write("kinde.json", people("Ann", { organizations: [{ ...north, entitlements: [{ key: "seats" }] }] }));
    await run.wrote("The local Kinde uses the changed kinde.json.");
    expect(run.output()).not.toContain("As in Kinde");
    app.write("kinde.json", people("Ann", { roles: [{ key: "editor", name: "Chief editor", permissions: [] }] }));
    await run.wrote("As in Kinde, a change of a role");
    expect(run.output()).toContain("Start this command again to give them new claims.");
  });

  test("writes no signing key into the project, and says that each start has a new one", async () => {
    const app = await devApp();
    const run = app.run(["issuer", `--port=${app.issuerPort}`], { XDG_STATE_HOME: app.folder });
    await run.wrote("each start creates a new key.");
    await run.wrote("Ctrl-C stops it.");
    const files = readdirSync(app.folder, { encoding: "utf8", recursive: true });
    expect(files.filter((file) => file.includes("signing-key"))).toEqual([]);
  });

  test("--origin allows the redirect URIs of the file at another origin, too, and at no third one", async () => {
    const app = await devApp();
    await startIssuer(app, "--origin=http://localhost:5199", "--origin=https://app.localhost");
    const statusFor = async (redirectUri: string): Promise<number> => {
      const kinde = { url: `http://localhost:${app.issuerPort}` };
      const address = authorizeUrl(kinde, { params: { redirect_uri: redirectUri } });
      return (await new Browser(kinde).open(address)).response.status;
    };
    expect(await statusFor("http://localhost:5173")).toBe(200);
    expect(await statusFor("http://localhost:5199")).toBe(200);
    expect(await statusFor("https://app.localhost")).toBe(200);
    expect(await statusFor("http://localhost:5200")).toBe(400);
  });

  test.each(IS_NIGHT ? (["SIGINT", "SIGTERM"] as const) : (["SIGTERM"] as const))(
    "ends with 0 after %s",
    async (signal) => {
      const app = await devApp();
      const run = await startIssuer(app);
      run.kill(signal);
      expect(await run.ended).toBe(0);
      expect(run.output()).toMatch(/\nStopping: (Ctrl-C \(SIGINT\)|SIGTERM)\.\n$/);
      expect(await isPortFree(app.issuerPort)).toBe(true);
    },
  );

  test("a port that is taken is named with --port", async () => {
    const app = await devApp();
    const server = createServer();
    onTestFinished(() => void server.close());
    await new Promise<void>((resolve) => void server.listen(app.issuerPort, "127.0.0.1", resolve));

    const run = app.run(["issuer", `--port=${app.issuerPort}`]);

    expect(await run.ended).toBe(1);
    expect(run.output()).toContain(
      `Port ${app.issuerPort}, for the local Kinde, is taken. Stop the program that uses it, or set --port to another port.`,
    );
  });

  test("the file that it shows if there is none can be used", async () => {
    const app = await devApp();
    const first = app.run(["issuer", "--config=new.json", `--port=${app.issuerPort}`]);
    expect(await first.ended).toBe(1);
    expect(first.output()).toContain("There is no new.json. Set --config to another file");

    app.write("new.json", first.output().slice(first.output().indexOf("{\n")));
    await startIssuer(app, "--config=new.json");
  });

  const wrong = [
    { args: ["--config=wrong.json"], code: 1, says: /wrong\.json cannot be used\.\n.*applications/ },
    { args: ["--config=text.json"], code: 1, says: /text\.json cannot be used\.\n.*JSON/ },
    { args: ["--port=99999"], code: 2, says: /--port takes a number from 1 to 65535\./ },
    { args: ["--origin=localhost:5173"], code: 2, says: /--origin takes an origin/ },
    { args: ["--origin=http://localhost:5173/path"], code: 2, says: /--origin takes an origin/ },
  ];
  test.each(IS_NIGHT ? wrong : wrong.slice(1, 3))("$args is explained", async ({ args, code, says }) => {
    const app = await devApp({ "wrong.json": '{ "people": [] }', "text.json": "people" });
    const run = app.run(["issuer", `--port=${app.issuerPort}`, ...args]);
    expect(await run.ended).toBe(code);
    expect(run.output()).toMatch(says);
    expect(run.output()).not.toContain("    at ");
  });
});
