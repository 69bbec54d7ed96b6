import { toNodeListener } from "@kinde-cerbos/server/node";
import { type Plugin, type PreviewServer, type ViteDevServer } from "vite";
import { actionPolicy } from "./action-policy.ts";

/**
 * Serves a policy's rules for an action at `/api/policy-rules?policy=resource.document.vdefault&action=edit`, so that
 * the page can explain a decision. `policies` is the folder that the PDP reads.
 */
export function policyRules({ policies }: { readonly policies: string }): Plugin {
  const answer = async (request: Request): Promise<Response> => {
    const { searchParams } = new URL(request.url);
    const found = actionPolicy(policies, searchParams.get("policy") ?? "", searchParams.get("action") ?? "");
    const headers = { "cache-control": "no-store", "x-content-type-options": "nosniff" };
    return Response.json(found, { status: found ? 200 : 404, headers });
  };
  const mount = ({ middlewares }: ViteDevServer | PreviewServer): void => {
    middlewares.use("/api/policy-rules", toNodeListener(answer));
  };
  return { name: "policy-rules", configureServer: mount, configurePreviewServer: mount };
}
