import { type ConfigEntries, entryOf, isConfigEntries, patchConfig } from "../config-patch.ts";
import { type ConfigProblem, LocalKindeConfigError, LocalKindeError } from "../errors.ts";
import type { Context, Issuer } from "../issuer.ts";
import { decodePart } from "../path-part.ts";
import { postedJson, refuse } from "./answers.ts";

/** `GET /local/config`: the current config, without secrets. Webhooks are left out: their URLs may contain a secret. */
export function showConfig(
  { config: { machines: _machines, webhooks: _webhooks, ...config } }: Issuer,
  ctx: Context,
): void {
  const applications = config.applications.map(({ clientSecret: _secret, ...application }) => application);
  ctx.body = { ...config, applications };
}

/** `POST /local/reset`: returns to the config that was loaded last. */
export function resetConfig(issuer: Issuer, ctx: Context): void {
  issuer.reset();
  showConfig(issuer, ctx);
}

/** Names in the API that differ from those in the config. */
const NAMES: { readonly [segment: string]: ConfigEntries | undefined } = { "feature-flags": "featureFlags" };

/** `PATCH /local/people/{id}`, and the same for the other entries: changes one by a JSON merge patch (RFC 7396). */
export async function changeEntry(issuer: Issuer, ctx: Context): Promise<void> {
  const [, segment = "", encoded = ""] = /^\/local\/([\w-]+)\/([^/]+)$/.exec(ctx.path) ?? [];
  const entries = Object.hasOwn(NAMES, segment) ? NAMES[segment] : segment;
  const name = decodePart(encoded);
  if (entries === undefined || !isConfigEntries(entries)) {
    return refuse(ctx, 404, "not_found", `There is nothing to change at ${ctx.path}.`);
  }
  const patch = await postedJson(ctx);
  if (patch === null) {
    return refuse(ctx, 400, "invalid_request", "Send a JSON merge patch: an object with the properties to change.");
  }
  try {
    // Nothing is awaited from here on, so two changes at the same time are applied one after the other.
    issuer.change(patchConfig(issuer.config, entries, name, patch));
    ctx.body = entryOf(issuer.config, entries, name);
  } catch (error) {
    if (!(error instanceof LocalKindeError)) throw error;
    const { code, message } = error;
    refuse(ctx, code === "unknown_entry" ? 404 : 400, code, message, problemsOf(error));
  }
}

function problemsOf(error: LocalKindeError): { problems?: readonly ConfigProblem[] } {
  return error instanceof LocalKindeConfigError ? { problems: error.problems } : {};
}
