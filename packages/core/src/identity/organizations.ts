import { type Fields, fieldsOf, isFields } from "../base/guards.ts";
import { payloadIn } from "./claims.ts";

/** The user's organizations, from the id token. The access token has only the current one. */
export function organizationsIn(idToken: string): readonly { readonly code: string; readonly name: string }[] {
  const claims = payloadOf(idToken);
  // Names are opt-in in Kinde; codes are always there.
  const named = arrayOf(claims["organizations"] ?? claims["x-hasura-organizations"]).flatMap((entry) =>
    isFields(entry) && typeof entry["id"] === "string" && typeof entry["name"] === "string"
      ? [{ code: entry["id"], name: entry["name"] }]
      : [],
  );
  const codes = arrayOf(claims["org_codes"] ?? claims["x-hasura-org-codes"]).filter((code) => typeof code === "string");
  const unnamed = codes.filter((code) => !named.some((organization) => organization.code === code));
  return [...named, ...unnamed.map((code) => ({ code, name: code }))];
}

function arrayOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The token's payload; no fields if it cannot be read. */
function payloadOf(token: string): Fields {
  try {
    return fieldsOf(payloadIn(token));
  } catch {
    return {};
  }
}
