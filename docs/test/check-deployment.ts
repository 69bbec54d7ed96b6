import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { findCerbos, type Child, freePort, startChild, waitUntilHealthy } from "@kinde-cerbos/cli/internal";
import { startLocalKinde } from "@kinde-cerbos/local-kinde";
import { policyDirectory, schemaDirectory } from "@kinde-cerbos/policies";
import { parse } from "yaml";
import { type Block } from "./blocks.ts";
import { clusterWays, composeWay, type Way } from "./deployment-ways.ts";

const require = createRequire(import.meta.url);

const CLIENT_ID = "app";
const AUDIENCE = "https://api.example.com";
const PERSON = "kp_ann";
const HTTP_PORT = 3592;
const GRPC_PORT = 3593;

/**
 * Checks the files of docs/guides/deployment.md. The PDP's configuration and the server run, each with the variables that
 * Compose and Kubernetes give them; what needs Docker or a cluster is compared by names, ports and labels.
 * Returns the problems of each check.
 */
export async function checkDeployment(blocks: readonly Block[], folder: string): Promise<string[][]> {
  const fileOf = (title: string): Block => {
    const block = blocks.find((one) => one.title === title);
    if (block === undefined) throw new Error(`docs/guides/deployment.md has no ${title}.`);
    return block;
  };
  const config = fileOf("cerbos/config.yaml");
  let ways: Way[] = [];
  const problems = [
    await tried("docs/guides/deployment.md", () => {
      const [compose, sidecar, central] = ["compose.yaml", "kubernetes/sidecar.yaml", "kubernetes/central.yaml"].map(
        (title) => fileOf(title).code,
      );
      ways = [composeWay(compose ?? ""), ...clusterWays(sidecar ?? "", central ?? "")];
    }),
  ];
  mkdirSync(folder, { recursive: true });
  await using kinde = await startLocalKinde({
    config: {
      applications: [
        {
          clientId: CLIENT_ID,
          redirectUris: ["http://localhost:5173"],
          audiences: [AUDIENCE],
          claims: { include: ["roles"] },
        },
      ],
      organizations: [{ code: "org_acme", name: "Acme" }],
      people: [
        {
          id: PERSON,
          email: "ann@example.com",
          givenName: "Ann",
          familyName: "Lee",
          memberships: [{ organization: "org_acme" }],
        },
      ],
    },
  });
  const token = await kinde.createToken({ person: PERSON });

  for (const way of ways) {
    problems.push(await tried(`${config.file}, ${way.name}`, () => runs(way, join(folder, way.name))));
  }
  problems.push(
    await tried(`${config.file}, Dockerfile`, () => image(fileOf("cerbos/Dockerfile").code, config.code)),
    await tried(`${config.file}, hub.yaml`, () => hub(fileOf("cerbos/hub.yaml").code, join(folder, "hub.yaml"))),
  );
  return problems;

  /** Starts both programs as they would be started, but for where they listen, and asks through them. */
  async function runs(way: Way, home: string): Promise<void> {
    const issuer = kinde.url;
    const [http, grpc, port] = [await freePort(), await freePort(), await freePort()];
    const policies = join(home, "policies");
    cpSync(policyDirectory, join(policies, "kinde"), { recursive: true });
    cpSync(schemaDirectory, join(policies, "_schemas/kinde"), { recursive: true });
    const replaced: [string, string][] = [
      [`}:${HTTP_PORT}"`, `}:${http}"`],
      [`}:${GRPC_PORT}"`, `}:${grpc}"`],
      ["directory: /pdp/policies", `directory: ${policies}`],
    ];
    const text = replaced.reduce((before, [from, to]) => {
      assert(before.includes(from), `the configuration has no ${from}`);
      return before.replace(from, to);
    }, config.code);
    writeFileSync(join(home, "config.yaml"), text);
    const kindeEnv = { KINDE_ISSUER: issuer, KINDE_CLIENT_ID: CLIENT_ID, KINDE_AUDIENCE: AUDIENCE };
    for (const { env } of [way.pdp, way.app]) {
      for (const name of Object.keys(kindeEnv)) assert(name in env, `${name} is missing`);
    }

    // No variable of this machine's is there, as in the container. And nobody else reaches what a test starts.
    const host = "PDP_HOST" in way.pdp.env ? { PDP_HOST: "127.0.0.1" } : {};
    const pdpEnv = { ...way.pdp.env, ...kindeEnv, ...host, CERBOS_CONFIG: join(home, "config.yaml") };
    const pdp = startChild({ name: "PDP", command: findCerbos().path, args: ["server"], cwd: home, env: pdpEnv });
    const appEnv = { ...way.app.env, ...kindeEnv, PDP_URL: `http://127.0.0.1:${http}`, PORT: String(port) };
    let app: Child | undefined;
    try {
      await waitUntilHealthy(pdp, `http://127.0.0.1:${http}/_cerbos/health`);
      for (const [command, ...args] of way.pdp.commands) {
        assert.equal(command, "/cerbos");
        const { status, stdout, stderr } = spawnSync(findCerbos().path, args, { env: pdpEnv, encoding: "utf8" });
        assert.equal(status, 0, `cerbos ${args.join(" ")}: ${stdout}${stderr}`);
      }
      for (const path of way.pdp.paths)
        assert((await fetch(`http://127.0.0.1:${http}${path}`)).ok, `${path} of the PDP`);
      await examine(`http://127.0.0.1:${http}`, issuer, token);

      const program = join(home, "server.ts");
      writeFileSync(program, fileOf("server.ts").code.replace("0.0.0.0", "127.0.0.1"));
      symlinkSync(
        join(dirname(require.resolve("@kinde-cerbos/demo/package.json")), "node_modules"),
        join(home, "node_modules"),
      );
      app = startChild({ name: "server", command: process.execPath, args: [program], cwd: home, env: appEnv });
      for (const path of way.app.paths) await waitUntilHealthy(app, `http://127.0.0.1:${port}${path}`);
      assert.deepEqual(await probe(`http://127.0.0.1:${port}/authz`, token), [200, "EFFECT_ALLOW"]);
      assert.deepEqual(await probe(`http://127.0.0.1:${port}/authz`), [401, undefined]);
      const audited = pdp.lastLines().filter((line) => line.includes('"log.kind":'));
      assert(
        audited.some((line) => line.includes('"callId"')),
        "the PDP's log has an audit line with the call id",
      );
      assert.doesNotMatch(
        pdp.lastLines().join("\n"),
        /eyJ|org_acme|kp_ann|@example/,
        "and no token, claim or attribute",
      );
      await app.stop();
      assert.deepEqual(await app.exited, { code: 0, signal: null }, "the server ends by itself on SIGTERM");
    } finally {
      await app?.stop();
      await pdp.stop();
    }
  }
}

/** What the doctor says of the PDP: no danger, and all that it can see with a token is ok. */
async function examine(pdp: string, issuer: string, token: string): Promise<void> {
  const bin = join(dirname(require.resolve("@kinde-cerbos/cli/package.json")), "dist/bin.js");
  const args = [
    bin,
    "doctor",
    `--pdp=${pdp}`,
    `--issuer=${issuer}`,
    `--client-id=${CLIENT_ID}`,
    `--audience=${AUDIENCE}`,
    "--json",
  ];
  // Not by spawnSync: the issuer is in this process. It rejects where there is a danger.
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: { KINDE_TOKEN: token } });
  const { findings }: { findings: { id: string; state: string }[] } = JSON.parse(stdout);
  const seen = new Map(findings.map(({ id, state }) => [id, state]));
  for (const id of [
    "token-accepted",
    "token-cache",
    "policies",
    "subject",
    "schema",
    "strict-evaluation",
    "max-resources",
    "max-actions",
  ]) {
    assert.equal(seen.get(id), "ok", `${id}: ${stdout}`);
  }
}

/** The status, and what is decided of the doctor's probe. */
async function probe(url: string, token?: string): Promise<[number, string | undefined]> {
  const response = await fetch(`${url}/api/check/resources`, {
    method: "POST",
    body: JSON.stringify({
      resources: [{ actions: ["probe"], resource: { kind: "kinde_doctor", id: "1" } }],
      ...(token !== undefined && { auxData: { jwt: { token } } }),
    }),
  });
  const { results }: { results?: { actions: { probe: string } }[] } = JSON.parse(await response.text());
  return [response.status, results?.[0]?.actions.probe];
}

/** That the image has the configuration where it says, and the policies where the configuration looks for them. */
function image(dockerfile: string, config: string): void {
  const { directory } = parse(config).storage.disk;
  assert.match(dockerfile, new RegExp(`^COPY policies ${directory}$`, "m"));
  assert.match(dockerfile, new RegExp(`^RUN \\["/cerbos", "compile", "--strict-evaluation", "${directory}"\\]$`, "m"));
  const [, path] = /^ENV CERBOS_CONFIG=(.+)$/m.exec(dockerfile) ?? [];
  assert.match(dockerfile, new RegExp(`^COPY config.yaml ${path}$`, "m"));
}

/** That Cerbos takes the settings and goes to Hub for the policies: to a loopback address where nothing listens. */
async function hub(config: string, path: string): Promise<void> {
  assert(config.includes("cacheDir: /cache"));
  const { hub: settings, ...others } = parse(config.replaceAll("/cache", dirname(path)));
  const nowhere = { apiEndpoint: "http://127.0.0.1:9", bootstrapEndpoint: "http://127.0.0.1:9" };
  writeFileSync(path, JSON.stringify({ ...others, hub: { ...settings, connection: nowhere } }));
  const env = Object.fromEntries([...config.matchAll(/\$\{(\w+)\}/g)].map(([, name = ""]) => [name, "x"]));
  const asked = Promise.withResolvers<void>();
  const onLine = (line: string): void => {
    if (/Fetching bootstrap bundle.*deployment:x/.test(line)) asked.resolve();
  };
  const pdp = startChild({
    name: "PDP",
    command: findCerbos().path,
    args: ["server", `--config=${path}`],
    env,
    onLine,
  });
  try {
    await Promise.race([
      asked.promise,
      pdp.exited.then(() => Promise.reject(new Error(`it ended: ${pdp.lastLines().join("\n")}`))),
    ]);
  } finally {
    await pdp.stop();
  }
}

async function tried(name: string, check: () => void | Promise<void>): Promise<string[]> {
  try {
    await check();
    return [];
  } catch (error) {
    return [`${name}: ${error instanceof Error ? error.message : String(error)}`];
  }
}
