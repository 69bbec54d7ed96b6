import { createFileRoute } from "@tanstack/react-router";
import { finishSignIn } from "../../../shared/kinde.ts";
import { keepSession, readSession } from "../session.server.ts";

/** The callback that Kinde redirects to after a sign-in. */
export const Route = createFileRoute("/callback")({
  server: {
    handlers: {
      GET: async ({ request }) => {
        const { pending } = await readSession();
        if (pending) await keepSession({ kinde: await finishSignIn(new URL(request.url), pending) });
        return new Response(null, { status: 302, headers: { location: pending ? "/" : "/login" } });
      },
    },
  },
});
