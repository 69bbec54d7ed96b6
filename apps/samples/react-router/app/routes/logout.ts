import { redirect } from "react-router";
import { signOutUrl } from "../../../shared/kinde.ts";
import { keepSession, tokenOf } from "../session.server.ts";
import type { Route } from "./+types/logout";

/** Ends the session here, then Kinde's. If another site posts, the cookie is missing, and no session ends. */
export async function action({ request }: Route.ActionArgs): Promise<Response> {
  if ((await tokenOf(request)) === null) return redirect("/");
  return redirect(signOutUrl, { headers: await keepSession(null) });
}
