import { isObject } from "../is-object.ts";
import type { Context } from "../issuer.ts";
import { readBody } from "../read-body.ts";

/** Bytes of a posted JSON: an entry of the config with all that it may have. */
const LIMIT = 65_536;

/** Answers with an error. */
export function refuse(ctx: Context, status: number, error: string, description: string, more: object = {}): void {
  ctx.status = status;
  ctx.body = { error, error_description: description, ...more };
}

/** The object in the body; `null` if it is not JSON, no object, or too long. */
export async function postedJson(ctx: Context): Promise<Record<string, unknown> | null> {
  // A form's types are refused: a browser sends them to any address without asking first.
  if (!ctx.is("json", "+json")) return null;
  try {
    const value: unknown = JSON.parse(String(await readBody(ctx.req, LIMIT)));
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
