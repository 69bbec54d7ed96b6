import { redirect } from "react-router";
import { signOutUrl } from "../../../shared/kinde.ts";
import { keepSession, tokenOf } from "../session.server.ts";
import type { Route } from "./+types/logout";

/** Ends the app's session, then Kinde's. A post from another site has no cookie, so it ends no session. */
export async function action({ request }: Route.ActionArgs): Promise<Response> {
  if ((await tokenOf(request)) === null) return redirect("/");
  return redirect(signOutUrl, { headers: await keepSession(null) });
}
