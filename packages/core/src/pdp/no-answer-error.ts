import { fieldsOf, isText } from "../base/guards.ts";

/**
 * The message for a PDP that did not answer. It mentions CORS only if that can be the cause: a browser reports a
 * request that CORS blocks as a failed connection, and CORS does not apply to the page's own origin.
 *
 * @param what - What is known about it, without a token.
 * @param isNetwork - Whether the connection failed, and not the answer.
 * @param address - The URL of the request, if it is known.
 */
export function noAnswer(what: string, isNetwork: boolean, address: string | undefined): string {
  const origin = pageOrigin();
  const cors =
    isNetwork && origin !== null && !isOn(origin, address)
      ? ` If it is on another origin than this page, does its CORS list allow ${origin}?`
      : "";
  return `The PDP did not answer (${what}). Is it running, and is the URL right?${cors}`;
}

/** The URL that a client of `@cerbos/http` uses; `undefined` for other clients. */
export function addressOf(pdp: unknown): string | undefined {
  const { baseUrl } = fieldsOf(fieldsOf(pdp)["transport"]);
  return isText(baseUrl) ? baseUrl : undefined;
}

/** Globals of a page or a worker. A server has neither. */
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
