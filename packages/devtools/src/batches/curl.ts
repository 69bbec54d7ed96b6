import { type SeenRequest } from "@kinde-cerbos/core/internal";
import { wireBody } from "./wire-request.ts";

/**
 * Returns a curl command for a POSIX shell that repeats a request. The token is the shell variable `TOKEN`. curl reads
 * the body from standard input, so the token does not appear in the list of processes.
 *
 * @param address the PDP's URL, as in `pdp` of the provider. If it is `undefined`, the command uses the variable
 *   `PDP_URL`
 * @param page the page's URL, which `address` may be relative to
 */
export function curlCommand(sent: SeenRequest, address: string | undefined, page: string): string {
  const path = `/api/${sent.what}/resources`;
  const url =
    address === undefined ? `"$PDP_URL${path}"` : quoted(`${new URL(address, page).href.replace(/\/$/, "")}${path}`);
  return [
    `curl ${url} \\`,
    "  --header 'content-type: application/json' \\",
    "  --data-binary @- <<EOF",
    bodyOf(sent),
    "EOF",
    "",
  ].join("\n");
}

/** Returns the body for a here-document, with the variable for the token. */
function bodyOf(sent: SeenRequest): string {
  const body = inHereDocument(JSON.stringify(wireBody(sent), null, 2));
  const { hasToken, keySetId } = sent.request;
  if (!hasToken) return body;
  const keySet = keySetId === undefined ? "" : `, "keySetId": ${inHereDocument(JSON.stringify(keySetId))}`;
  return `${body.slice(0, -2)},\n  "auxData": { "jwt": { "token": "$TOKEN"${keySet} } }\n}`;
}

/** Escapes the characters that the shell expands in a here-document. */
function inHereDocument(text: string): string {
  return text.replaceAll(/[\\$`]/g, String.raw`\$&`);
}

/** Quotes a text as one shell word. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
