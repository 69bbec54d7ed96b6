import { createFileRoute } from "@tanstack/react-router";
import { beginSignIn } from "../../../shared/kinde.ts";
import { keepSession, readSession } from "../session.server.ts";

/** Redirects to Kinde. `/login?org_code=…` also switches the organization. */
export const Route = createFileRoute("/login")({
  server: {
    handlers: {
      GET: async ({ request }) => {
        const { url, pending } = await beginSignIn(new URL(request.url).searchParams.get("org_code"));
        // The current user stays signed in until this sign-in is completed.
        await keepSession({ ...(await readSession()), pending });
        return new Response(null, { status: 302, headers: { location: url } });
      },
    },
  },
});
