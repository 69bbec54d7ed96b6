import { claimsFromToken } from "@kinde-cerbos/core";
import { refreshed } from "../../../shared/kinde.ts";
import { keepSession, readSession } from "../session.server.ts";
import type { Route } from "./+types/session";

/** Refreshes the token for a page. The page gets the claims, never the token. */
export async function action({ request }: Route.ActionArgs): Promise<Response> {
  const kinde = (await readSession(request)).get("kinde");
  // A post from another site has no cookie, so it ends no session.
  if (!kinde) return Response.json(null);
  const newer = await refreshed(kinde);
  return Response.json(newer && claimsFromToken(newer.accessToken), { headers: await keepSession(newer) });
}
