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
        const newer = kinde ? await refreshed(kinde) : null;
        await keepSession({ kinde: newer });
        return Response.json(newer && claimsFromToken(newer.accessToken));
      },
    },
  },
});
