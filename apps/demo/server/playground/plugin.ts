import { readFile } from "node:fs/promises";
import { relative, resolve } from "node:path";
import { createEnforcer } from "@kinde-cerbos/server";
import { toNodeListener } from "@kinde-cerbos/server/node";
import { type Plugin, type PreviewServer, type ViteDevServer } from "vite";
import { decisionRoutes } from "./decisions-api.ts";
import { type FaultOptions, faultyWays } from "./faults.ts";
import { createPolicies, type Policies, type PoliciesOptions } from "./policies-api.ts";
import { openPolicyFolder } from "./policy-folder.ts";
import { answerRoutes } from "./routes.ts";

/** Options for {@link playground}. */
export interface PlaygroundOptions extends Omit<FaultOptions, "clientId">, Pick<PoliciesOptions, "onPoliciesChanged"> {
  readonly clientId: string;
  /** The folder of policies that the PDPs read: a copy, if there is an admin. */
  readonly policies: string;
  /** `user:password` of the PDPs' admin API. Default: policies cannot be changed. */
  readonly pdpAdmin: string | undefined;
}

/**
 * Serves the API of the playground's pages, for development on one machine: `/playground/api` with policies, matrix and
 * explanations, and `/playground/faults` with faulty gateways and PDPs.
 */
export function playground(options: PlaygroundOptions): Plugin {
  const { policies: folder, pdpAdmin, onPoliciesChanged, directPdp, ...trust } = options;
  const mount = async ({ middlewares, config }: ViteDevServer | PreviewServer): Promise<Policies | undefined> => {
    const shipped = resolve(config.root, "policies");
    const policyFolder = await openPolicyFolder({ folder, shipped });
    const pdps = [...[trust.pdp].flat(), directPdp];
    const policies =
      pdpAdmin === undefined
        ? undefined
        : createPolicies(policyFolder, { pdps, credentials: pdpAdmin, onPoliciesChanged });
    const { issuer, clientId } = trust;
    const routes = {
      ...policies?.routes,
      ...decisionRoutes({ enforcer: createEnforcer<Request>(trust), policies: policyFolder, issuer, clientId }),
    };
    middlewares.use("/playground/api", toNodeListener(answerRoutes(routes)));
    middlewares.use("/playground/faults", faultyWays({ ...trust, directPdp }));
    return policies;
  };
  return {
    name: "playground",
    async configureServer(server) {
      const policies = await mount(server);
      if (policies) followShipped(server, policies);
    },
    async configurePreviewServer(server) {
      await mount(server);
    },
  };
}

/** Copies changes of the repository's policies to the PDPs' folder, for developers who use their own editor. */
function followShipped({ watcher, config }: ViteDevServer, policies: Policies): void {
  const shipped = resolve(config.root, "policies");
  const take = async (file: string): Promise<void> => {
    const path = relative(shipped, file);
    if (path.startsWith("..")) return;
    try {
      const problems = await policies.save(path, await readFile(file, "utf8"));
      for (const { file: named, line, message } of problems) {
        config.logger.error(`Not applied: policies/${named || path}${line === null ? "" : `:${line}`} ${message}`);
      }
      if (problems.length === 0) config.logger.info(`policies/${path} was applied.`);
    } catch (error) {
      config.logger.error(error instanceof Error ? error.message : String(error));
    }
  };
  watcher.add(shipped);
  watcher.on("change", (file) => void take(file));
}
