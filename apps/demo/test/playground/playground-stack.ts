import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPdp, type Pdp } from "@kinde-cerbos/cli/internal";
import { type LocalKinde, startLocalKinde } from "@kinde-cerbos/local-kinde";
import { createServer, type ViteDevServer } from "vite";
import { playground } from "../../server/playground/plugin.ts";
import { CLIENT_ID, kindeConfig } from "../../stack/kinde-config.ts";
import { copyPolicies, SHIPPED_POLICIES } from "../../stack/policy-copy.ts";
import { portOf } from "../raw-answers.ts";

/** What the playground answered. */
interface Answer {
  readonly status: number;
  // oxlint-disable-next-line typescript/no-explicit-any -- each test reads what it asked for
  readonly body: any;
}

/** The playground's server with an issuer and the two PDPs, on free ports, and policies of its own to start from. */
export interface PlaygroundStack {
  readonly kinde: LocalKinde;
  readonly pdp: Pdp;
  readonly directPdp: Pdp;
  /** Where the playground is. */
  readonly url: string;
  /** The files that it starts from, and that stand for those of the repository. */
  readonly shipped: string;
  /** The copy that the PDPs read. */
  readonly folder: string;
  /** How often the PDPs were said to have other policies. */
  readonly changes: () => number;
  /** Sends a request as a page of the playground does. */
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** A token of a person. */
  tokenOf(person: string, organization: string): Promise<string>;
  close(): Promise<void>;
}

export async function startPlayground(): Promise<PlaygroundStack> {
  const kinde = await startLocalKinde({ config: await kindeConfig("http://localhost:5173") });
  const root = mkdtempSync(join(tmpdir(), "kinde-cerbos-playground-"));
  const shipped = join(root, "policies");
  cpSync(SHIPPED_POLICIES, shipped, { recursive: true, dereference: true });
  const copy = copyPolicies();
  const settings = { ...copy.pdp, jwksUrl: `${kinde.url}/.well-known/jwks` };
  const globals = { issuer: kinde.url, clientId: CLIENT_ID };
  const [pdp, directPdp] = await Promise.all([
    startPdp({ ...settings, globals: { ...globals, behindGateway: true } }),
    startPdp({ ...settings, globals }),
  ]);
  let changes = 0;
  const server: ViteDevServer = await createServer({
    configFile: false,
    root,
    logLevel: "silent",
    server: { port: 0, host: "127.0.0.1", ws: false },
    plugins: [
      playground({
        issuer: kinde.url,
        clientId: CLIENT_ID,
        audience: "https://documents.example.com",
        pdp: pdp.url,
        directPdp: directPdp.url,
        policies: copy.pdp.policies,
        pdpAdmin: copy.env.PDP_ADMIN,
        onPoliciesChanged: () => (changes += 1),
      }),
    ],
  });
  await server.listen();
  const url = `http://127.0.0.1:${portOf(server.httpServer)}/playground`;
  return {
    kinde,
    pdp,
    directPdp,
    url,
    shipped,
    folder: copy.pdp.policies,
    changes: () => changes,
    async ask(method, path, body, headers = {}) {
      const sent = body === undefined ? {} : { body: JSON.stringify(body) };
      const response = await fetch(`${url}/api/${path}`, {
        method,
        headers: { "content-type": "application/json", "sec-fetch-site": "same-origin", ...headers },
        ...sent,
      });
      return { status: response.status, body: await response.json() };
    },
    tokenOf: (person, organization) => kinde.createToken({ person, organization }),
    async close() {
      await server.close();
      await Promise.all([pdp.stop(), directPdp.stop()]);
      await kinde.close();
      rmSync(root, { recursive: true });
      copy.remove();
    },
  };
}
