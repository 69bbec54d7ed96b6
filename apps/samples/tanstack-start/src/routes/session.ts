import { claimsFromToken } from "@kinde-cerbos/core";
import { createFileRoute } from "@tanstack/react-router";
import { refreshed } from "../../../shared/kinde.ts";
import { keepSession, readSession } from "../session.server.ts";

/** Refreshes the token for a page, which gets the claims and never the token. */
export const Route = createFileRoute("/session")({
  server: {
    handlers: {
      POST: async () => {
        const { kinde } = await readSession();
        // If another site posts, the cookie is missing. Its session does not end.
        if (!kinde) return Response.json(null);
        const newer = await refreshed(kinde);
        await keepSession({ kinde: newer });
        return Response.json(newer && claimsFromToken(newer.accessToken));
      },
    },
  },
});
