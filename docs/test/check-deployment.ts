import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { findCerbos, freePort, startChild } from "@kinde-cerbos/cli/internal";
import { startLocalKinde } from "@kinde-cerbos/local-kinde";
import { parse } from "yaml";
import { type Block } from "./blocks.ts";
import { clusterWays, composeWay, readComposition, readObjects, type Way } from "./deployment-ways.ts";
import { requireHardenedCluster, requireHardenedComposition } from "./hardened.ts";
import { checkComposition, checkManifests } from "./manifests.ts";
import { AUDIENCE, CLIENT_ID, deployed, MACHINE, PERSON, ROLE, runWay } from "./run-way.ts";

const fileOf = (name: string): string => readFileSync(new URL(name, deployed), "utf8");

/**
 * Checks the files of docs/deploy, and the code blocks of the page docs/guides/deployment.md. The PDP and the server run
 * with the variables, arguments, files and rights that Compose and Kubernetes give them. Docker and a cluster are not
 * used: schemas, names, ports, labels and settings are compared instead. Returns the problems of each check.
 *
 * @param blocks the code blocks of the page
 */
export async function checkDeployment(blocks: readonly Block[], folder: string): Promise<string[][]> {
  const config = fileOf("cerbos/config.yaml");
  let ways: Way[] = [];
  const composition = readComposition(fileOf("compose.yaml"));
  const [common = [], beside = [], service = []] = ["common", "sidecar", "central"].map((name) =>
    readObjects(fileOf(`kubernetes/${name}.yaml`)),
  );
  const [sidecar, central] = [
    [...common, ...beside],
    [...common, ...service],
  ];
  const problems = [
    await tried("docs/deploy/compose.yaml, schema", () => checkComposition(composition)),
    await tried("docs/deploy/compose.yaml, hardened", () => requireHardenedComposition(composition)),
    await tried("docs/deploy/kubernetes, schema", () =>
      checkManifests([...common, ...beside, ...service], join(folder, "manifests")),
    ),
    await tried("docs/deploy/kubernetes/sidecar.yaml, hardened", () => requireHardenedCluster(sidecar)),
    await tried("docs/deploy/kubernetes/central.yaml, hardened", () => requireHardenedCluster(central)),
    await tried("docs/deploy", () => {
      ways = [composeWay(composition), ...clusterWays(sidecar, central)];
    }),
    await tried("docs/deploy/cerbos/Dockerfile", () => checkPdpImage(fileOf("cerbos/Dockerfile"), config)),
    await tried("docs/deploy/app/Dockerfile", () =>
      checkAppImage(fileOf("app/Dockerfile"), composition.services.app.user),
    ),
    await tried("docs/deploy/app/package.json", checkAppPackage),
    await tried("docs/guides/deployment.md, cerbos/hub.yaml", () => {
      const block = blocks.find(({ title }) => title === "cerbos/hub.yaml");
      assert(block, "the page has no such block");
      return checkHub(block.code, join(folder, "hub.yaml"));
    }),
  ];
  const port = await freePort();
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
      machines: [MACHINE],
      permissions: ["compose.yaml", "sidecar.yaml", "central.yaml"].map((key) => ({ key })),
      roles: [{ key: ROLE, name: "Editor", permissions: [] }],
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
    webhooks: [{ url: `http://localhost:${port}/webhooks/kinde` }],
  });
  const commands = {
    setUp: blocks.find(({ code }) => code.includes("cp -r docs/deploy "))?.code ?? "",
    doctor: blocks.find(({ code }) => code.includes("kinde-cerbos doctor "))?.code ?? "",
  };
  for (const way of ways)
    problems.push(await tried(`docs/deploy, ${way.name}`, () => runWay(way, commands, kinde, port)));
  return problems;
}

/** Throws if the PDP's image lacks the configuration or the policies where Cerbos looks for them. */
function checkPdpImage(dockerfile: string, config: string): void {
  const { directory } = parse(config).storage.disk;
  for (const name of copiedBy(dockerfile))
    assert(existsSync(new URL(`cerbos/${name}`, deployed)), `there is no ${name}`);
  assert.match(dockerfile, new RegExp(`^COPY policies ${directory}$`, "m"));
  assert.match(dockerfile, new RegExp(`^RUN \\["/cerbos", "compile", "--strict-evaluation", "${directory}"\\]$`, "m"));
  const [, path] = /^ENV CERBOS_CONFIG=(.+)$/m.exec(dockerfile) ?? [];
  assert.match(dockerfile, new RegExp(`^COPY config.yaml ${path}$`, "m"));
}

/** Throws if the server's image lacks a file of docs/deploy/app, or does not start the server as the user of Compose. */
function checkAppImage(dockerfile: string, user: string | undefined): void {
  // npm makes the lockfile. The last are packed by the reader.
  const sources = copiedBy(dockerfile).filter((name) => name !== "package-lock.json" && name !== "*.tgz");
  const files = sources.flatMap((name) => globSync(name, { cwd: fileURLToPath(new URL("app/", deployed)) }));
  assert.deepEqual(files.toSorted(), ["package.json", "pdp.ts", "server.ts"], "the files that are copied");
  assert.match(dockerfile, /^RUN npm ci --omit=dev --ignore-scripts$/m);
  assert.match(dockerfile, new RegExp(`^USER ${user}$`, "m"), "the user of Compose");
  assert.match(dockerfile, /^CMD \["node", "server.ts"\]$/m);
  const [, major] = /^FROM node:(\d+)-slim$/m.exec(dockerfile) ?? [];
  assert.equal(JSON.parse(fileOf("app/package.json")).engines.node, `>=${major}`, "the version of Node");
}

/** Throws if docs/deploy/app/package.json names other packages than the server imports, or other versions than are tested. */
function checkAppPackage(): void {
  const { dependencies, type }: { dependencies: Record<string, string>; type: string } = JSON.parse(
    fileOf("app/package.json"),
  );
  assert.equal(type, "module");
  const code = fileOf("app/server.ts") + fileOf("app/pdp.ts");
  const imported = [...code.matchAll(/ from "((?:@[\w-]+\/)?[\w-]+)[\w/-]*"/g)].map(([, name = ""]) => name);
  assert.deepEqual(Object.keys(dependencies), [...new Set(imported)].toSorted(), "the packages");
  for (const [name, range] of Object.entries(dependencies)) {
    const file = new URL(`../node_modules/${name}/package.json`, import.meta.url);
    const { version }: { version: string } = JSON.parse(readFileSync(file, "utf8"));
    // Of the major version that is tested.
    const [major] = version.split(".", 1);
    assert(range.startsWith(`^${major}.`), `${name}: ${version} is tested, not ${range}`);
  }
}

/** The names of the files and folders that a Dockerfile copies. */
function copiedBy(dockerfile: string): string[] {
  return [...dockerfile.matchAll(/^COPY (.+) \S+$/gm)].flatMap(([, names = ""]) => names.split(" "));
}

/** Throws unless Cerbos accepts the settings and contacts Hub for the policies, here at a port where nothing listens. */
async function checkHub(config: string, path: string): Promise<void> {
  assert(config.includes("cacheDir: /cache"));
  const { hub: settings, ...others } = parse(config.replaceAll("/cache", dirname(path)));
  const nowhere = { apiEndpoint: "http://127.0.0.1:9", bootstrapEndpoint: "http://127.0.0.1:9" };
  writeFileSync(path, JSON.stringify({ ...others, hub: { ...settings, connection: nowhere } }));
  const env = Object.fromEntries([...config.matchAll(/\$\{(\w+)\}/g)].map(([, name = ""]) => [name, "x"]));
  const contacted = Promise.withResolvers<void>();
  const onLine = (line: string): void => {
    if (/Fetching bootstrap bundle.*deployment:x/.test(line)) contacted.resolve();
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
      contacted.promise,
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
