import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
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
 * Checks what docs/deploy has, and the page docs/guides/deployment.md, of which `blocks` are. The PDP's configuration and
 * the server run, each with the variables, arguments and files that Compose and Kubernetes give them, and with no right
 * that those take away; what needs Docker or a cluster is compared by schemas, names, ports, labels and settings.
 * Returns the problems of each check.
 */
export async function checkDeployment(blocks: readonly Block[], folder: string): Promise<string[][]> {
  const config = fileOf("cerbos/config.yaml");
  let ways: Way[] = [];
  const composition = readComposition(fileOf("compose.yaml"));
  const [sidecar, central] = [
    readObjects(fileOf("kubernetes/sidecar.yaml")),
    readObjects(fileOf("kubernetes/central.yaml")),
  ];
  const problems = [
    await tried("docs/deploy/compose.yaml, schema", () => checkComposition(composition)),
    await tried("docs/deploy/compose.yaml, hardened", () => requireHardenedComposition(composition)),
    await tried("docs/deploy/kubernetes, schema", () =>
      checkManifests([...sidecar, ...central], join(folder, "manifests")),
    ),
    await tried("docs/deploy/kubernetes, hardened", () => requireHardenedCluster([...sidecar, ...central])),
    await tried("docs/deploy", () => {
      ways = [composeWay(composition), ...clusterWays(sidecar, central)];
    }),
    await tried("docs/deploy/cerbos/Dockerfile", () => image(fileOf("cerbos/Dockerfile"), config)),
    await tried("docs/guides/deployment.md, cerbos/hub.yaml", () => {
      const block = blocks.find(({ title }) => title === "cerbos/hub.yaml");
      assert(block, "there is none");
      return hub(block.code, join(folder, "hub.yaml"));
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
  for (const way of ways) problems.push(await tried(`docs/deploy, ${way.name}`, () => runWay(way, kinde, port)));
  return problems;
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
