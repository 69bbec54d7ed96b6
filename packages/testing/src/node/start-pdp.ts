import { statSync } from "node:fs";
import { createServer } from "node:http";
import { resolve as absolute } from "node:path";
import { type Pdp, pdpGlobals, type PdpSettings, startPdp as startCerbos } from "@kinde-cerbos/cli/internal";
import { isName, requireOption } from "@kinde-cerbos/core/internal";
import { type LocalKinde } from "@kinde-cerbos/local-kinde";
import { createKindeToken, TEST_CLIENT_ID, TEST_ISSUER } from "./kinde-token.ts";

/** Options for {@link startPdp}. */
export interface StartPdpOptions extends Partial<Omit<PdpSettings, "policies" | "jwksUrl" | "admin">> {
  /** The folder with your policies. */
  readonly policies: string;
  /**
   * The issuer whose tokens the PDP accepts. It also gives the default `globals`. Default: the issuer of
   * `createKindeToken`.
   */
  readonly kinde?: Pick<LocalKinde, "url" | "config">;
  /** Port on the loopback address. Default: 0, which chooses a free port. */
  readonly port?: number;
}

/** A running Cerbos PDP: `await using pdp = await startPdp({ policies })` stops it at the end of the block. */
export interface TestPdp extends Pdp {
  /** The same as `stop`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts a real Cerbos PDP, on a free port by default, and resolves when it answers. It uses the Cerbos binary in
 * `CERBOS_PATH`, else the one in `node_modules`, else the one on the `PATH`.
 *
 * @throws AuthzError `invalid_option` if the folder does not exist; Error if Cerbos is not found, and with Cerbos'
 *   message if the policies do not compile
 */
export async function startPdp({ policies, kinde, globals, ...settings }: StartPdpOptions): Promise<TestPdp> {
  requireOption(
    isName(policies) && statSync(policies, { throwIfNoEntry: false })?.isDirectory() === true,
    `policies of startPdp must be the folder with your policies. There is no folder ${absolute(policies ?? "")}`,
  );
  const keys = kinde ? null : await serveKeys();
  try {
    const pdp = await startCerbos({
      policies,
      jwksUrl: kinde ? `${kinde.url}/.well-known/jwks` : (keys?.url ?? ""),
      globals: {
        ...(kinde ? pdpGlobals(kinde.url, kinde.config, false) : { issuer: TEST_ISSUER, clientId: TEST_CLIENT_ID }),
        ...globals,
      },
      ...settings,
    });
    const stop = async (): Promise<void> => {
      await pdp.stop();
      await keys?.close();
    };
    return { ...pdp, stop, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await keys?.close();
    throw error;
  }
}

/** Serves the keys of {@link createKindeToken} on a free port. */
async function serveKeys(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const { jwks } = await createKindeToken();
  const server = createServer((_, response) => {
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(jwks));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server for the signing keys has no port.");
  return {
    url: `http://127.0.0.1:${address.port}/jwks.json`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
