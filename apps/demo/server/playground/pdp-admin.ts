import { randomUUID } from "node:crypto";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fieldsOf } from "@kinde-cerbos/core/internal";
import { listOf } from "./cerbos-compile.ts";

/** The demo's PDPs, and the access to their admin API. */
export interface PdpAdminOptions {
  /** The URLs of all PDPs that read the folder. */
  readonly pdps: readonly string[];
  /** `user:password` of their admin API. */
  readonly credentials: string;
  /** The folder of their policies. */
  readonly folder: string;
}

/** A policy that the demo does not use. Its version shows which state of the folder a PDP has loaded. */
const KIND = "playground_state";

/** How often to check whether a PDP has loaded it, in ms. */
const LOOK_MS = 20;

/** How long to wait until a PDP has loaded the policies, in ms. */
const TIMEOUT_MS = 30_000;

/** The error if a PDP did not load the policies. The page shows its message. */
export class NotLoaded extends Error {}

/**
 * Makes the PDPs load their policies, and waits until they decide by them. Cerbos' own watch of the folder takes almost
 * four seconds, and its admin API responds before the new policies are in use.
 *
 * @throws NotLoaded if a PDP cannot be reached, or keeps its old policies
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
        if (Date.now() > deadline) throw new NotLoaded("Cerbos did not load the policies. See its log for the reason.");
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
    throw new NotLoaded(
      "Cerbos is unreachable, so the policies were not loaded. Check that it is running, and try again.",
      { cause },
    );
  }
  if (!response.ok)
    throw new NotLoaded(
      `Cerbos answered ${response.status} to the request to load the policies. See its log for the reason.`,
    );
  return response;
}
