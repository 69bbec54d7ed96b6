// app/api/documents/[id]/route.ts of a Next.js app: a route that enforces.
import { answerRefusals, createEnforcer } from "@kinde-cerbos/server";
import { documents } from "../documents.ts";
import { settings } from "../settings.ts";

const { requireAllowed } = createEnforcer(settings);

interface Context {
  readonly params: Promise<{ readonly id: string }>;
}

export const DELETE: (request: Request, context: Context) => Promise<Response> = answerRefusals(
  async (request: Request, { params }: Context) => {
    const { id } = await params;
    const document = documents.get(id);
    if (!document) return new Response(null, { status: 404 });
    await requireAllowed(request, { action: "delete", resource: document });
    documents.delete(id);
    return new Response(null, { status: 204 });
  },
);
