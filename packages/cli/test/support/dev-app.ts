import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { authorizeUrl, Browser } from "../../../local-kinde/test/support/browser.ts";
import { APP } from "../../../local-kinde/test/support/config.ts";
import { findCerbos, freePort } from "../../src/internal.ts";
import { type Run, runNode } from "./node-run.ts";

/** The application of {@link people}. */
export const CLIENT_ID = "app";

/** An app's folder, in which `kinde-cerbos` runs as a separate process. */
export interface DevApp {
  readonly folder: string;
  readonly issuerPort: number;
  readonly pdpPort: number;
  readonly write: (path: string, text: string) => void;
  readonly read: (path: string) => string;
  /** Starts a command of `kinde-cerbos`. It is stopped after the test. */
  readonly run: (args: readonly string[], env?: Record<string, string>) => Run;
  /** Starts `kinde-cerbos dev` on the ports, and waits until it is ready. */
  readonly dev: (args?: readonly string[]) => Promise<Run>;
  /** Returns the files that programs left in the temporary folder. */
  readonly temporaryFiles: () => string[];
  /** Returns the text of the sign-in page. */
  readonly signInPage: () => Promise<string>;
  /** Signs in on the pages of the local Kinde, and returns the access token. */
  readonly signIn: () => Promise<string>;
  /** Returns the actions on an album that the PDP allows Ann with this token. */
  readonly allowed: (token: string) => Promise<string[]>;
}

/** Returns a config with one person, Ann by default, in one organization. */
export function people(givenName = "Ann", more: object = {}): string {
  return JSON.stringify({
    applications: [
      { clientId: CLIENT_ID, redirectUris: [APP], logoutRedirectUris: [APP], claims: { include: ["roles"] } },
    ],
    roles: [{ key: "editor", name: "Editor", permissions: [] }],
    organizations: [{ code: "org_north", name: "North" }],
    people: [
      {
        id: "kp_ann",
        email: "ann@example.com",
        givenName,
        familyName: "Lee",
        memberships: [{ organization: "org_north", roles: ["editor"] }],
      },
    ],
    ...more,
  });
}

/** Returns a policy that allows these actions to the user of the token. */
export function albumPolicy(...actions: readonly string[]): string {
  const match = {
    expr: "request.aux_data.jwt.sub == request.principal.id && request.aux_data.jwt.iss == globals.issuer",
  };
  const rules = [{ actions, effect: "EFFECT_ALLOW", roles: ["*"], condition: { match } }];
  return JSON.stringify({
    apiVersion: "api.cerbos.dev/v1",
    resourcePolicy: { resource: "album", version: "default", rules },
  });
}

const BIN = fileURLToPath(new URL("../../src/bin.ts", import.meta.url));

/** Creates the folder, with default files that can be replaced. It is deleted after the test. */
export async function devApp(files: Record<string, string> = {}): Promise<DevApp> {
  const root = mkdtempSync(join(tmpdir(), "kinde-cerbos-dev-"));
  const folder = join(root, "app");
  const temporary = join(root, "temporary");
  const runs: Run[] = [];
  onTestFinished(async () => {
    for (const run of runs) {
      run.kill("SIGTERM");
      await run.ended;
    }
    rmSync(root, { recursive: true, force: true });
  });
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  mkdirSync(temporary);
  for (const [path, text] of Object.entries({
    "kinde.json": people(),
    "cerbos/policies/album.json": albumPolicy("view"),
    ...files,
  })) {
    write(path, text);
  }
  const [issuerPort, pdpPort] = [await freePort(), await freePort()];
  const issuer = { url: `http://localhost:${issuerPort}` };
  const run: DevApp["run"] = (args, env = {}) => {
    const world = { TMPDIR: temporary, XDG_STATE_HOME: join(root, "state"), CERBOS_PATH: findCerbos().path };
    const started = runNode([BIN, ...args], { ...world, ...env }, folder);
    runs.push(started);
    return started;
  };
  return {
    folder,
    issuerPort,
    pdpPort,
    write,
    read: (path) => readFileSync(join(folder, path), "utf8"),
    run,
    async dev(args = []) {
      const started = run(["dev", `--issuer-port=${issuerPort}`, `--pdp-port=${pdpPort}`, ...args]);
      await started.wrote("Ctrl-C stops everything.");
      return started;
    },
    temporaryFiles: () => readdirSync(temporary),
    signInPage: async () => (await new Browser(issuer).open(authorizeUrl(issuer))).response.text(),
    signIn: async () => (await new Browser(issuer).signIn({ person: "kp_ann" })).access_token,
    async allowed(token) {
      const actions = ["edit", "view"];
      const response = await fetch(`http://127.0.0.1:${pdpPort}/api/check/resources`, {
        method: "POST",
        body: JSON.stringify({
          principal: { id: "kp_ann", roles: ["user"] },
          resources: [{ actions, resource: { kind: "album", id: "1" } }],
          auxData: { jwt: { token } },
        }),
      });
      const { results }: { results: { actions: Record<string, string> }[] } = JSON.parse(await response.text());
      return actions.filter((action) => results[0]?.actions[action] === "EFFECT_ALLOW");
    },
  };
}
