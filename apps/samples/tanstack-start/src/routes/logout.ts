import { createFileRoute } from "@tanstack/react-router";
import { signOutUrl } from "../../../shared/kinde.ts";
import { keepSession, tokenOf } from "../session.server.ts";

/** Ends the app's session, then Kinde's. A post from another site has no cookie, so it ends no session. */
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
