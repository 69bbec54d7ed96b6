import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findCerbos, freePort, hasStrictEvaluation, startChild, waitUntilHealthy } from "@kinde-cerbos/cli/internal";
import { startLocalKinde } from "@kinde-cerbos/local-kinde";
import { parse } from "yaml";
import { type Block } from "./blocks.ts";
import { copyPack } from "./copy-pack.ts";

/** What is read and changed of a configuration. */
interface PdpConfig {
  server: object;
  auxData: { jwt: { cacheSize?: number; keySets: { remote: { url: string } }[] } };
  engine: { strictEvaluation?: unknown };
  storage: { disk: { directory: string } };
}

/**
 * Checks each whole configuration of a PDP: it has strict evaluation, and Cerbos starts with it without a warning,
 * given only another issuer, other ports and the policies for Kinde tokens. Returns the problems of each.
 */
export async function checkConfigs(blocks: readonly Block[], folder: string): Promise<string[][]> {
  mkdirSync(folder, { recursive: true });
  copyPack(join(folder, "policies"));
  await using kinde = await startLocalKinde({
    config: {
      applications: [{ clientId: "app", redirectUris: ["http://localhost:5173"] }],
      organizations: [{ code: "org_acme", name: "Acme" }],
      people: [
        {
          id: "kp_ann",
          email: "ann@example.com",
          givenName: "Ann",
          familyName: "Lee",
          memberships: [{ organization: "org_acme" }],
        },
      ],
    },
  });
  const problems: string[][] = [];
  for (const { file, line, code } of blocks) {
    // Cerbos puts variables into it; none is there.
    const config = parse(code.replaceAll(/\$\{\w+:?(.*?)\}/g, "$1"));
    if (!config.auxData || !config.storage) continue;
    try {
      await starts(config, `${kinde.url}/.well-known/jwks`, folder);
      problems.push([]);
    } catch (error) {
      problems.push([`${file}:${line}: ${error instanceof Error ? error.message : String(error)}`]);
    }
  }
  return problems;
}

async function starts(config: PdpConfig, jwksUrl: string, folder: string): Promise<void> {
  assert.equal(config.engine.strictEvaluation, true, "it has no engine.strictEvaluation: true");
  const [http, grpc] = [await freePort(), await freePort()];
  Object.assign(config.server, { httpListenAddr: `127.0.0.1:${http}`, grpcListenAddr: `127.0.0.1:${grpc}` });
  for (const keySet of config.auxData.jwt.keySets) keySet.remote.url = jwksUrl;
  config.storage.disk.directory = join(folder, "policies");
  if (!hasStrictEvaluation()) {
    delete config.engine.strictEvaluation;
    config.auxData.jwt.cacheSize = -1;
  }
  const path = join(folder, "config.json");
  writeFileSync(path, JSON.stringify(config));
  const pdp = startChild({
    name: "PDP",
    command: findCerbos().path,
    args: ["server", `--config=${path}`],
    cwd: folder,
    env: {},
  });
  try {
    await waitUntilHealthy(pdp, `http://127.0.0.1:${http}/_cerbos/health`);
    assert.doesNotMatch(pdp.lastLines().join("\n"), /DEPRECATED CONFIG/);
  } finally {
    await pdp.stop();
  }
}
