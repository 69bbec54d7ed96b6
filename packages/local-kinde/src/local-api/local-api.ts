import { originsOf } from "../cors.ts";
import type { Context, Issuer, Middleware } from "../issuer.ts";
import { refuse } from "./answers.ts";
import { changeEntry, resetConfig, showConfig } from "./config-route.ts";
import { listPeople } from "./people-route.ts";
import { giveToken } from "./token-route.ts";

const API = "/local/";

type Route = (issuer: Issuer, ctx: Context) => Promise<void> | void;

const ROUTES: ReadonlyMap<string, Route> = new Map<string, Route>([
  ["GET /local/config", showConfig],
  ["GET /local/people", listPeople],
  ["POST /local/reset", resetConfig],
  ["POST /local/tokens", giveToken],
]);

/**
 * An API for development tools such as "view as" of the devtools. Kinde has no such API. It lists the people, creates a
 * token for any of them, and changes people, roles and flags. The host has been checked already.
 */
export function localApi(issuer: Issuer): Middleware {
  return async (ctx, next) => {
    if (!ctx.path.startsWith(API)) return next();
    ctx.set("cache-control", "no-store");
    const route = ROUTES.get(`${ctx.method} ${ctx.path}`) ?? (isEntry(ctx) ? changeEntry : undefined);
    if (route === undefined) return refuseRoute(ctx);
    if (!isPageOfApplication(issuer, ctx)) {
      return refuse(
        ctx,
        403,
        "invalid_request",
        `No application in the config has a redirect URI of the origin ${ctx.get("origin")}.`,
      );
    }
    await route(issuer, ctx);
  };
}

function isEntry({ method, path }: Context): boolean {
  return method === "PATCH" && path.split("/").length === 4;
}

function refuseRoute(ctx: Context): void {
  const known = [...ROUTES.keys(), "PATCH /local/people/{id}"].join(", ");
  refuse(
    ctx,
    404,
    "not_found",
    `There is no ${ctx.method} ${ctx.path}. The API has ${known}, and the same PATCH for other entries of the config.`,
  );
}

/**
 * Whether a request may use the API. Browsers name the origin of a page. A request without an origin is from a program
 * on this machine, or from a page of the issuer.
 */
function isPageOfApplication({ config, url }: Issuer, { req }: Context): boolean {
  const { origin } = req.headers;
  return origin === undefined || origin === url || config.applications.some((one) => originsOf(one).has(origin));
}
