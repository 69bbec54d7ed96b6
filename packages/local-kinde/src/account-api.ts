import { authenticate } from "./bearer.ts";
import { permissionId, profileClaims, roleId } from "./claims.ts";
import type { EntitlementConfig, PlanConfig } from "./config.ts";
import { originsOf } from "./cors.ts";
import { entitlementsOf, flagsOf, permissionsOf, plansOf, rolesOf, type Subject } from "./directory.ts";
import type { Context, Issuer, Middleware } from "./issuer.ts";
import { renderMessage } from "./pages.ts";
import { decodePart } from "./path-part.ts";

const API = "/account_api/v1/";

/** Rows per page if the request has no `page_size`. */
const PAGE_SIZE = 10;

/** When every organization subscribed to its plans. */
const SUBSCRIBED_ON = "2026-01-01T00:00:00Z";

type Row = { id: string } & Record<string, unknown>;

/** The account API and the user profile, in the shapes that `@kinde/js-utils` reads. */
export function accountApi(issuer: Issuer): Middleware {
  return async (ctx, next) => {
    if (ctx.method !== "GET") return next();
    if (ctx.path === "/portal") return showPortal(issuer, ctx);
    if (ctx.path !== "/oauth2/v2/user_profile" && !ctx.path.startsWith(API)) return next();
    ctx.set("cache-control", "no-store");
    const caller = await authenticate(issuer, ctx);
    if (caller === undefined) return;
    if (ctx.path.startsWith(API)) answer(issuer, ctx, caller.subject);
    else
      ctx.body = {
        sub: caller.subject.person.id,
        id: caller.subject.person.id,
        ...profileClaims(caller.subject, caller.scopes),
      };
  };
}

function answer(issuer: Issuer, ctx: Context, subject: Subject): void {
  const [name = "", key, ...more] = ctx.path.slice(API.length).split("/").map(decodePart);
  const code = subject.place?.organization.code ?? null;
  const list = listOf(issuer, subject, name);
  if (list !== undefined && key === undefined) {
    const { rows, metadata } = page(ctx, list);
    ctx.body = {
      metadata,
      data: {
        org_code: code,
        ...(name === "entitlements" ? { plans: plansOf(issuer.config, subject).map(planRow) } : {}),
        [name]: rows,
      },
    };
  } else if (name === "permission" && key !== undefined && more.length === 0) {
    // The SDK returns this object unchanged, so it has the SDK's names.
    const isGranted = permissionsOf(issuer.config, subject).includes(key);
    ctx.body = { permissionKey: key, orgCode: code, isGranted };
  } else if (name === "entitlement" && key !== undefined && more.length === 0) {
    const entitlement = entitlementsOf(issuer.config, subject).find((one) => one.key === key);
    if (entitlement === undefined) notFound(ctx, `The organization has no entitlement ${JSON.stringify(key)}.`);
    else ctx.body = { metadata: {}, data: { org_code: code, entitlement: entitlementRow(entitlement) } };
  } else if (name === "portal_link" && key === undefined) {
    const query = new URLSearchParams({
      subnav: text(ctx.query["subnav"]),
      return_url: text(ctx.query["return_url"]),
    });
    ctx.body = { url: `${issuer.url}/portal?${query.toString()}` };
  } else {
    notFound(ctx, `There is no ${ctx.path} in the account API of the local Kinde.`);
  }
}

function listOf({ config }: Issuer, subject: Subject, name: string): Row[] | undefined {
  switch (name) {
    case "permissions":
      return permissionsOf(config, subject).map((key) => {
        const known = config.permissions?.find((permission) => permission.key === key);
        return {
          id: permissionId(key),
          key,
          name: known?.name ?? key,
          description: known?.description ?? "",
        };
      });
    case "roles":
      return rolesOf(config, subject).map((role) => ({
        id: roleId(role.key),
        key: role.key,
        name: role.name,
      }));
    case "feature_flags":
      // `getFlag(key, { forceApi: true })` of @kinde/js-utils 0.32 looks for the key in `name`.
      return flagsOf(config, subject).map(({ key, type, value }) => ({
        id: `flag_${key}`,
        key,
        name: key,
        type,
        value,
      }));
    case "entitlements":
      return entitlementsOf(config, subject).map(entitlementRow);
    default:
      return undefined;
  }
}

function planRow({ key }: PlanConfig): object {
  return { key, subscribed_on: SUBSCRIBED_ON };
}

function entitlementRow(entitlement: EntitlementConfig): Row {
  return {
    id: `entitlement_${entitlement.key}`,
    feature_key: entitlement.key,
    feature_name: entitlement.name ?? entitlement.key,
    price_name: entitlement.priceName ?? entitlement.key,
    unit_amount: entitlement.unitAmount ?? 0,
    fixed_charge: entitlement.fixedCharge ?? 0,
    entitlement_limit_max: entitlement.maximum ?? null,
    entitlement_limit_min: entitlement.minimum ?? null,
  };
}

/**
 * Returns the rows after `starting_after`, at most `page_size`. As in Kinde, the last page has a cursor too: `has_more`
 * says whether it is the last.
 */
function page(
  ctx: Context,
  rows: Row[],
): { rows: Row[]; metadata: { has_more: boolean; next_page_starting_after: string } } {
  const after = text(ctx.query["starting_after"]);
  const wanted = Number(text(ctx.query["page_size"]));
  const size = Number.isInteger(wanted) && wanted > 0 ? wanted : PAGE_SIZE;
  const from = after === "" ? 0 : rows.findIndex(({ id }) => id === after) + 1;
  const slice = rows.slice(from, from + size);
  const hasMore = from + size < rows.length;
  return {
    rows: slice,
    metadata: { has_more: hasMore, next_page_starting_after: slice.at(-1)?.id ?? "" },
  };
}

/** Shows a page that says that there is no self-serve portal here. The link to Kinde's portal leads to it. */
function showPortal(issuer: Issuer, ctx: Context): void {
  const back = text(ctx.query["return_url"]);
  const origin = URL.canParse(back) ? new URL(back).origin : "";
  const known = issuer.config.applications.some((application) => originsOf(application).has(origin));
  renderMessage(ctx, {
    title: "There is no portal here",
    text: "The local Kinde has no self-serve portal. Edit the config file instead.",
    ...(known ? { link: { href: back, text: "Back to the application" } } : {}),
  });
}

function notFound(ctx: Context, message: string): void {
  ctx.status = 404;
  ctx.body = { errors: [{ code: "NOT_FOUND", message }] };
}

function text(value: string | string[] | undefined): string {
  return typeof value === "string" ? value : "";
}
