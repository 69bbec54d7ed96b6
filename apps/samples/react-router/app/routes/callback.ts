import { redirect } from "react-router";
import { finishSignIn } from "../../../shared/kinde.ts";
import { keepSession, readSession } from "../session.server.ts";
import type { Route } from "./+types/callback";

/** The callback that Kinde redirects to after a sign-in. */
export async function loader({ request }: Route.LoaderArgs): Promise<Response> {
  const pending = (await readSession(request)).get("pending");
  if (!pending) return redirect("/login");
  return redirect("/", { headers: await keepSession(await finishSignIn(new URL(request.url), pending)) });
}
