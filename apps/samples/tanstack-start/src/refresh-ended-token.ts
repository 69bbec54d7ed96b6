import { createMiddleware } from "@tanstack/react-start";
import { renewed } from "../../shared/kinde.ts";
import { appUrl } from "../../shared/settings.ts";
import { keepSession, readSession } from "./session.server.ts";

/** Refreshes an expired token, and makes the browser send the request again with the new cookie. */
export const refreshEndedToken = createMiddleware().server(async ({ request, next }) => {
  if (request.method !== "GET") return next();
  const kinde = await renewed((await readSession()).kinde);
  if (kinde === undefined) return next();
  await keepSession({ kinde });
  const { pathname, search } = new URL(request.url);
  return new Response(null, { status: 307, headers: { location: appUrl + pathname + search } });
});
