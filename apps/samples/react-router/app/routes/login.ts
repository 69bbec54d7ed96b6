import { redirect } from "react-router";
import { beginSignIn } from "../../../shared/kinde.ts";
import { keepPending } from "../session.server.ts";
import type { Route } from "./+types/login";

/** Redirects to Kinde. `/login?org_code=…` also switches the organization. */
export async function loader({ request }: Route.LoaderArgs): Promise<Response> {
  const { url, pending } = await beginSignIn(new URL(request.url).searchParams.get("org_code"));
  return redirect(url, { headers: await keepPending(request, pending) });
}
