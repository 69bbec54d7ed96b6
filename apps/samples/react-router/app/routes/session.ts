import { claimsFromToken } from "@kinde-cerbos/core";
import { refreshed } from "../../../shared/kinde.ts";
import { keepSession, readSession } from "../session.server.ts";
import type { Route } from "./+types/session";

/** Refreshes the token for a page, which gets the claims and never the token. */
export async function action({ request }: Route.ActionArgs): Promise<Response> {
  const kinde = (await readSession(request)).get("kinde");
  // If another site posts, the cookie is missing. Its session does not end.
  if (!kinde) return Response.json(null);
  const newer = await refreshed(kinde);
  return Response.json(newer && claimsFromToken(newer.accessToken), { headers: await keepSession(newer) });
}
