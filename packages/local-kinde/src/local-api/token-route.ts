import { originsOf } from "../cors.ts";
import { createToken } from "../create-token.ts";
import { findApplication } from "../directory.ts";
import { LocalKindeError } from "../errors.ts";
import type { Context, Issuer } from "../issuer.ts";
import { postedJson, refuse } from "./answers.ts";

/** `POST /local/tokens`: creates a token for any person. A page gets one only for its own application. */
export async function giveToken(issuer: Issuer, ctx: Context): Promise<void> {
  const body = await postedJson(ctx);
  if (body === null) {
    return refuse(ctx, 400, "invalid_request", 'Post JSON: {"client_id": "…", "person": "…", "organization": "…"}.');
  }
  const { client_id: clientId, person, organization, lifetime } = body;
  if (typeof clientId !== "string" || typeof person !== "string" || !isOptionalText(organization)) {
    return refuse(ctx, 400, "invalid_request", "client_id, person and organization must be strings.");
  }
  if (!isOptionalInteger(lifetime)) {
    return refuse(ctx, 400, "invalid_request", "lifetime must be a whole number of seconds.");
  }
  const application = findApplication(issuer.config, clientId);
  if (application === undefined) {
    return refuse(ctx, 400, "unknown_subject", `The config has no application ${clientId}.`);
  }
  const { origin } = ctx.req.headers;
  if (origin !== undefined && origin !== issuer.url && !originsOf(application).has(origin)) {
    const description = `The application ${clientId} has no redirect URI of the origin ${origin}.`;
    return refuse(ctx, 403, "invalid_request", description);
  }
  try {
    const token = {
      clientId,
      person,
      ...(organization === undefined ? {} : { organization }),
      ...(lifetime === undefined ? {} : { lifetime }),
    };
    ctx.body = { access_token: await createToken(issuer, token) };
  } catch (error) {
    if (!(error instanceof LocalKindeError)) throw error;
    refuse(ctx, 400, error.code, error.message);
  }
}

function isOptionalInteger(value: unknown): value is number | undefined {
  return value === undefined || Number.isSafeInteger(value);
}

function isOptionalText(value: unknown): value is string | undefined {
  return value === undefined || typeof value === "string";
}
