import { createFileRoute } from "@tanstack/react-router";
import { signOutUrl } from "../../../shared/kinde.ts";
import { keepSession, tokenOf } from "../session.server.ts";

/** Ends the session here, then Kinde's. If another site posts, the cookie is missing, and no session ends. */
export const Route = createFileRoute("/logout")({
  server: {
    handlers: {
      POST: async () => {
        if ((await tokenOf()) === null) return new Response(null, { status: 303, headers: { location: "/" } });
        await keepSession({});
        return new Response(null, { status: 303, headers: { location: signOutUrl } });
      },
    },
  },
});
