import { fileURLToPath } from "node:url";
import { HTTP } from "@cerbos/http";
import { type Authorizer, createAuthorizer, createSession, type JsonValue } from "@kinde-cerbos/core";
import { startLocalKinde, startPdp } from "@kinde-cerbos/testing/node";
import { kindeConfig } from "../stack/kinde-config.ts";

/** A PDP with the policies of `plan-policies`, which plans and checks disagree about. */
export interface LimitStack {
  /** An authorizer of Jonas, if his attributes were these. */
  authorizerOf(attr?: { [key: string]: JsonValue }): Promise<Authorizer>;
  close(): Promise<void>;
}

export async function startLimitStack(): Promise<LimitStack> {
  const kinde = await startLocalKinde({ config: await kindeConfig("http://localhost:5173") });
  const pdp = await startPdp({
    policies: fileURLToPath(new URL("plan-policies", import.meta.url)),
    kinde,
  });
  const token = await kinde.createToken({ person: "kp_jonas", organization: "org_aurora" });
  return {
    async authorizerOf(attr = {}) {
      const map = () => ({ id: "kp_jonas", roles: ["editor", "guest"], attr });
      // Without chance there is no wait before a retry.
      return createAuthorizer({
        pdp: new HTTP(pdp.url),
        session: await createSession(token, { principal: { map } }),
        random: () => 0,
      });
    },
    async close() {
      await pdp.stop();
      await kinde.close();
    },
  };
}
