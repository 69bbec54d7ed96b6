import { fieldsOf, isText } from "../base/guards.ts";

/**
 * The text of an error for a PDP that gave no answer. It speaks of CORS only if that can be the cause: a browser
 * reports a refusal by CORS as it reports a failed connection, and there is no CORS on the page's own origin.
 *
 * @param what - What is known of it, without a token.
 * @param isNetwork - Whether the connection failed, and not what came through it.
 * @param address - The address that was asked, if it is known.
 */
export function noAnswer(what: string, isNetwork: boolean, address: string | undefined): string {
  const origin = pageOrigin();
  const cors =
    isNetwork && origin !== null && !isOn(origin, address)
      ? ` If it is on another origin than this page, does its CORS list allow ${origin}?`
      : "";
  return `The PDP gave no answer (${what}). Is it running, and is the URL right?${cors}`;
}

/** The address that a client of `@cerbos/http` asks; `undefined` for one that does not tell. */
export function addressOf(pdp: unknown): string | undefined {
  const { baseUrl } = fieldsOf(fieldsOf(pdp)["transport"]);
  return isText(baseUrl) ? baseUrl : undefined;
}

/** What a page or a worker of one has; a server has neither. */
interface Surroundings {
  readonly location?: { readonly origin: string; readonly href: string };
  readonly document?: { readonly baseURI: string };
}

/** The origin of the page; `null` if there is none, as on a server. */
function pageOrigin(): string | null {
  const { location }: Surroundings = globalThis;
  return location?.origin ?? null;
}

function isOn(origin: string, address: string | undefined): boolean {
  if (address === undefined) return false;
  const { location, document }: Surroundings = globalThis;
  try {
    return new URL(address, document?.baseURI ?? location?.href).origin === origin;
  } catch {
    return false;
  }
}
