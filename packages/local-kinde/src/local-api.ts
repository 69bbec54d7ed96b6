import type { IncomingMessage } from "node:http";
import { originsOf } from "./cors.ts";
import { createToken } from "./create-token.ts";
import { findApplication, organizationsOf } from "./directory.ts";
import { LocalKindeError } from "./errors.ts";
import type { Context, Issuer, Middleware } from "./issuer.ts";
import { readBody } from "./read-body.ts";

const API = "/local/";

/** Bytes of a posted JSON. */
const LIMIT = 4096;

/**
 * What Kinde does not have: an API for development tools, such as "view as" of the devtools. It lists the people, and
 * gives a token for any of them. The host has been checked before, and that a page's origin is a registered one.
 */
export function localApi(issuer: Issuer): Middleware {
  return async (ctx, next) => {
    if (!ctx.path.startsWith(API)) return next();
    ctx.set("cache-control", "no-store");
    const route = `${ctx.method} ${ctx.path}`;
    if (route === "GET /local/people") listPeople(issuer, ctx);
    else if (route === "POST /local/tokens") await giveToken(issuer, ctx);
    else refuse(ctx, 404, "not_found", `There is no ${route}. There are GET ${API}people and POST ${API}tokens.`);
  };
}

function listPeople({ config, url }: Issuer, ctx: Context): void {
  const isKnown = config.applications.some((application) => mayRead(ctx.req, url, originsOf(application)));
  if (!isKnown) return refuseOrigin(ctx, "no application");
  ctx.body = {
    people: config.people.map((person) => ({
      id: person.id,
      name: `${person.givenName} ${person.familyName}`.trim(),
      email: person.email,
      organizations: organizationsOf(config, person).map(({ code, name }) => ({ code, name })),
    })),
  };
}

async function giveToken(issuer: Issuer, ctx: Context): Promise<void> {
  const asked = ctx.is("json") ? await postedJson(ctx) : null;
  if (asked === null) {
    return refuse(ctx, 400, "invalid_request", 'Post JSON: {"client_id": "…", "person": "…", "organization": "…"}.');
  }
  const { client_id: clientId, person, organization } = asked;
  if (typeof clientId !== "string" || typeof person !== "string" || !isOptionalText(organization)) {
    return refuse(ctx, 400, "invalid_request", "client_id, person and organization must be texts.");
  }
  const application = findApplication(issuer.config, clientId);
  if (application === undefined) {
    return refuse(ctx, 400, "unknown_subject", `The config has no application ${clientId}.`);
  }
  if (!mayRead(ctx.req, issuer.url, originsOf(application))) {
    return refuseOrigin(ctx, `the application ${clientId} does not`);
  }
  try {
    const token = { clientId, person, ...(organization === undefined ? {} : { organization }) };
    ctx.body = { access_token: await createToken(issuer, token) };
  } catch (error) {
    if (!(error instanceof LocalKindeError)) throw error;
    refuse(ctx, 400, error.code, error.message);
  }
}

/** A page names its origin; a request without one is a program's on this machine, or the issuer's own. */
function mayRead({ headers: { origin } }: IncomingMessage, url: string, origins: ReadonlySet<string>): boolean {
  return origin === undefined || origin === url || origins.has(origin);
}

function refuseOrigin(ctx: Context, who: string): void {
  refuse(ctx, 403, "invalid_request", `${who} has a redirect URI of the origin ${ctx.get("origin")}`);
}

function refuse(ctx: Context, status: number, error: string, description: string): void {
  ctx.status = status;
  ctx.body = { error, error_description: description };
}

async function postedJson(ctx: Context): Promise<Record<string, unknown> | null> {
  try {
    const value: unknown = JSON.parse(String(await readBody(ctx.req, LIMIT)));
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isOptionalText(value: unknown): value is string | undefined {
  return value === undefined || typeof value === "string";
}
