import { isObject } from "../is-object.ts";
import type { Context } from "../issuer.ts";
import { readBody } from "../read-body.ts";

/** The maximum size of a JSON body, in bytes: enough for any entry of the config. */
const LIMIT = 65_536;

/** Answers with an error. */
export function refuse(ctx: Context, status: number, error: string, description: string, more: object = {}): void {
  ctx.status = status;
  ctx.body = { error, error_description: description, ...more };
}

/** Returns the object in the body; `null` if it is not JSON, not an object, or too long. */
export async function postedJson(ctx: Context): Promise<Record<string, unknown> | null> {
  // The content types of forms are refused: browsers send them to any address without a preflight.
  if (!ctx.is("json", "+json")) return null;
  try {
    const value: unknown = JSON.parse(String(await readBody(ctx.req, LIMIT)));
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
