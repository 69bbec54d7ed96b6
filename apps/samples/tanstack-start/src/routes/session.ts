import { claimsFromToken } from "@kinde-cerbos/core";
import { createFileRoute } from "@tanstack/react-router";
import { refreshed } from "../../../shared/kinde.ts";
import { keepSession, readSession } from "../session.server.ts";

/** Refreshes the token for a page. The page gets the claims, never the token. */
export const Route = createFileRoute("/session")({
  server: {
    handlers: {
      POST: async () => {
        const { kinde } = await readSession();
        // A post from another site has no cookie, so it ends no session.
        if (!kinde) return Response.json(null);
        const newer = await refreshed(kinde);
        await keepSession({ kinde: newer });
        return Response.json(newer && claimsFromToken(newer.accessToken));
      },
    },
  },
});
