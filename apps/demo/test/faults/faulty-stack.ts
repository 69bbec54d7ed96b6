import { fileURLToPath } from "node:url";
import { HTTP } from "@cerbos/http";
import type { Check, PolicyDecisionPoint } from "@kinde-cerbos/core";
import { createFetchPdp } from "@kinde-cerbos/core/fetch-pdp";
import { startLocalKinde, startPdp } from "@kinde-cerbos/testing/node";
import { ACTIONS, type DocumentRecord, documentResource, documents } from "../../data/documents.ts";
import { kindeConfig } from "../../stack/kinde-config.ts";
import { oracle } from "../oracle.ts";
import { type FaultServer, startFaultServer } from "./fault-server.ts";

/** The clients that speak HTTP, and so meet what stands before a PDP. */
export const CLIENTS: readonly [name: string, connect: (url: string) => PolicyDecisionPoint][] = [
  ["@cerbos/http", (url) => new HTTP(url)],
  ["createFetchPdp", (url) => createFetchPdp(url)],
];

/** A document as it is asked about: by its name here, which tells two versions of one id apart. */
export type Asked = ReadonlyMap<string, DocumentRecord>;

/** An issuer, a real PDP, and the fault server before it. */
export interface FaultyStack {
  readonly server: FaultServer;
  /** A token that the PDP believes. */
  tokenOf(person: string, organization: string): Promise<string>;
  /** What the PDP itself says, asked past the fault server: `"aurora-01 edit"` is in the set if it is allowed. */
  allowedBy(token: string, asked: Asked): Promise<ReadonlySet<string>>;
  close(): Promise<void>;
}

/** Starts all three on free ports. */
export async function startFaultyStack(): Promise<FaultyStack> {
  const kinde = await startLocalKinde({ config: await kindeConfig("http://localhost:5173") });
  const pdp = await startPdp({
    policies: fileURLToPath(new URL("../../policies", import.meta.url)),
    kinde,
  });
  const server = await startFaultServer(pdp.url);
  return {
    server,
    tokenOf: (person, organization) => kinde.createToken({ person, organization }),
    async allowedBy(token, asked) {
      const allowed = new Set<string>();
      for (const [name, document] of asked) {
        for (const said of await oracle(pdp.url, token, [document])) allowed.add(said.replace(document.id, name));
      }
      return allowed;
    },
    async close() {
      await server.close();
      await pdp.stop();
      await kinde.close();
    },
  };
}

/** So many documents of an organization. */
export function documentsOf(organization: string, count: number): Map<string, DocumentRecord> {
  const own = documents.filter(({ orgCode }) => orgCode === organization).slice(0, count);
  return new Map(own.map((document) => [document.id, document]));
}

/** Every action on every document; the name of a check is `"aurora-01 edit"`. */
export function checksOf(asked: Asked): Map<string, Check> {
  return new Map(
    [...asked].flatMap(([name, document]) =>
      ACTIONS.map((action) => [`${name} ${action}`, { action, resource: documentResource(document) }] as const),
    ),
  );
}
