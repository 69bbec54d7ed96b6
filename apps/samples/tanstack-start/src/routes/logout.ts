import { createFileRoute } from "@tanstack/react-router";
import { signOutUrl } from "../../../shared/kinde.ts";
import { keepSession } from "../session.server.ts";

/** Ends the session here, then Kinde's. */
export const Route = createFileRoute("/logout")({
  server: {
    handlers: {
      POST: async () => {
        await keepSession({});
        return new Response(null, { status: 303, headers: { location: signOutUrl } });
      },
    },
  },
});
