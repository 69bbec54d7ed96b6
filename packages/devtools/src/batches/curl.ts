import { type SeenRequest } from "@kinde-cerbos/core/internal";
import { wireBody } from "./wire-request.ts";

/**
 * A request as a command for a POSIX shell. The token is the variable `TOKEN` of the shell. The body is given to curl on
 * its standard input, so the token is not in the list of processes.
 *
 * @param address - Where the PDP is, as the provider's `pdp` has it. If it is unknown, it is the variable `PDP_URL`.
 * @param page - The address of the page, which `address` may be relative to.
 */
export function curlCommand(seen: SeenRequest, address: string | undefined, page: string): string {
  const path = `/api/${seen.what}/resources`;
  const url =
    address === undefined ? `"$PDP_URL${path}"` : quoted(`${new URL(address, page).href.replace(/\/$/, "")}${path}`);
  return [
    `curl ${url} \\`,
    "  --header 'content-type: application/json' \\",
    "  --data-binary @- <<EOF",
    bodyOf(seen),
    "EOF",
    "",
  ].join("\n");
}

/** The body with the token's variable, for a here-document that has variables. */
function bodyOf(seen: SeenRequest): string {
  const body = inHereDocument(JSON.stringify(wireBody(seen), null, 2));
  const { hasToken, keySetId } = seen.request;
  if (!hasToken) return body;
  const keySet = keySetId === undefined ? "" : `, "keySetId": ${inHereDocument(JSON.stringify(keySetId))}`;
  return `${body.slice(0, -2)},\n  "auxData": { "jwt": { "token": "$TOKEN"${keySet} } }\n}`;
}

/** The shell replaces these in a here-document. */
function inHereDocument(text: string): string {
  return text.replaceAll(/[\\$`]/g, String.raw`\$&`);
}

/** One word to the shell, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
