import { answerRefusals } from "@kinde-cerbos/next";
import { requireAllowed } from "../../../../lib/authz.ts";
import { resourceOf } from "../../../../lib/document.ts";
import { documents } from "../../../../lib/documents.ts";

export const GET = answerRefusals(async (_request: Request, { params }: RouteContext<"/api/documents/[id]">) => {
  const document = documents.get((await params).id);
  if (!document) return new Response(null, { status: 404 });
  await requireAllowed({ action: "view", resource: resourceOf(document) });
  return Response.json(document);
});
