import { type Fields, fieldsOf, isLoopback, isName, isText } from "@kinde-cerbos/core/internal";

/** A person of the local Kinde. */
export interface LocalPerson {
  readonly id: string;
  readonly name: string;
  readonly organizations: readonly { readonly code: string; readonly name: string }[];
}

/** The user and application of a requested token. */
export interface TokenRequest {
  readonly clientId: string;
  readonly person: string;
  /** `null` for a person without organizations. */
  readonly organization: string | null;
}

/** The error if "View as" cannot be used. The panel shows its message, which does not contain a token. */
export class LocalIssuerError extends Error {}

/**
 * Returns the people of the issuer of a token.
 *
 * @param issuer the token's `iss`
 * @throws LocalIssuerError if it is not the local Kinde, or does not answer
 */
export async function peopleOf(issuer: unknown, signal: AbortSignal): Promise<readonly LocalPerson[]> {
  const { people } = await request(issuer, "people", { signal });
  if (!Array.isArray(people)) throw new LocalIssuerError(noApi(issuer));
  return people.map(fieldsOf).map(({ id, name, organizations }) => ({
    id: String(id),
    name: String(name),
    organizations: (Array.isArray(organizations) ? organizations : [])
      .map(fieldsOf)
      .map((one) => ({ code: String(one["code"]), name: String(one["name"]) })),
  }));
}

/**
 * Returns an access token for a person of the local Kinde.
 *
 * @throws LocalIssuerError if the issuer does not return one
 */
export async function tokenFor(issuer: unknown, { clientId, person, organization }: TokenRequest): Promise<string> {
  const { access_token: token } = await request(issuer, "tokens", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ client_id: clientId, person, ...(organization !== null && { organization }) }),
  });
  if (!isName(token)) throw new LocalIssuerError(noApi(issuer));
  return token;
}

async function request(issuer: unknown, path: string, init: RequestInit): Promise<Fields> {
  if (!isLocal(issuer)) {
    throw new LocalIssuerError(
      `“View as” works only with the local Kinde. This page's token is from ${isText(issuer) ? issuer : "an unknown issuer"}.`,
    );
  }
  let response: Response;
  try {
    // The issuer does not need cookies here, and a response with a token must not be cached.
    response = await fetch(`${issuer}/local/${path}`, { ...init, credentials: "omit", cache: "no-store" });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new LocalIssuerError(`The issuer ${issuer} did not respond. Check that it is running.`);
  }
  const body = fieldsOf(await response.json().catch(() => null));
  if (response.ok) return body;
  const description = body["error_description"];
  throw new LocalIssuerError(
    response.status === 404 || !isName(description)
      ? noApi(issuer)
      : `The local Kinde refused the request: ${description}.`.replace("..", "."),
  );
}

/** Whether the issuer is local. No request is sent to a real Kinde domain. */
function isLocal(issuer: unknown): issuer is string {
  return isText(issuer) && URL.canParse(issuer) && isLoopback(new URL(issuer).hostname);
}

function noApi(issuer: unknown): string {
  return (
    `The issuer ${String(issuer)} does not list its people. “View as” needs @kinde-cerbos/local-kinde in the same ` +
    "version as the devtools, without `localApi: false`."
  );
}
