import { randomUUID } from "node:crypto";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fieldsOf } from "@kinde-cerbos/core/internal";
import { listOf } from "./cerbos-compile.ts";

/** PDPs of the demo, and who may tell them to load their policies. */
export interface PdpAdminOptions {
  /** The addresses of all that read the folder. */
  readonly pdps: readonly string[];
  /** `user:password` of their admin API. */
  readonly credentials: string;
  /** The folder of their policies. */
  readonly folder: string;
}

/** A policy of nothing in the demo: its version tells which state of the folder a PDP has loaded. */
const KIND = "playground_state";

/** How often to look whether a PDP has loaded it, ms. */
const LOOK_MS = 20;

/** A PDP that has not loaded the policies after so long will not, ms. */
const TIMEOUT_MS = 30_000;

/** The PDPs did not load the policies. Its message is for the page. */
export class NotLoaded extends Error {}

/**
 * Has the PDPs load their policies, and waits until they decide by them. Cerbos' own watch of the folder takes almost
 * four seconds, and its admin API answers before the new policies are in use.
 *
 * @throws NotLoaded if a PDP cannot be reached, or goes on with the policies it had
 */
export async function reloadPdps({ pdps, credentials, folder }: PdpAdminOptions): Promise<void> {
  const state = randomUUID().replaceAll("-", "");
  const draft = join(folder, ".state");
  await writeFile(draft, JSON.stringify(policyOf(state)));
  await rename(draft, join(folder, `${KIND}.json`));
  const authorization = `Basic ${Buffer.from(credentials).toString("base64")}`;
  await Promise.all(
    pdps.map(async (pdp) => {
      await send(pdp, "/admin/store/reload?wait=true", { headers: { authorization } });
      const deadline = Date.now() + TIMEOUT_MS;
      while (!(await hasLoaded(pdp, state))) {
        if (Date.now() > deadline) throw new NotLoaded("Cerbos did not load the policies. Its log says why.");
        await sleep(LOOK_MS);
      }
    }),
  );
}

function policyOf(state: string): object {
  const rules = [{ actions: ["see"], effect: "EFFECT_ALLOW", roles: ["*"] }];
  return { apiVersion: "api.cerbos.dev/v1", resourcePolicy: { resource: KIND, version: state, rules } };
}

async function hasLoaded(pdp: string, state: string): Promise<boolean> {
  const resource = { kind: KIND, id: "any", policyVersion: state };
  const body = JSON.stringify({
    principal: { id: KIND, roles: [KIND] },
    resources: [{ resource, actions: ["see"] }],
  });
  const { results } = fieldsOf(await (await send(pdp, "/api/check/resources", { method: "POST", body })).json());
  return listOf(results).some(({ actions }) => fieldsOf(actions)["see"] === "EFFECT_ALLOW");
}

async function send(pdp: string, path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(`${pdp}${path}`, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (cause) {
    throw new NotLoaded("Cerbos cannot be reached, so the policies were not loaded. Is it starting again?", { cause });
  }
  if (!response.ok) throw new NotLoaded(`Cerbos answered ${response.status} when it was to load the policies.`);
  return response;
}
