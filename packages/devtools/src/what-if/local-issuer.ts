import { type Fields, fieldsOf, isLoopback, isName, isText } from "@kinde-cerbos/core/internal";

/** A person of the local Kinde. */
export interface LocalPerson {
  readonly id: string;
  readonly name: string;
  readonly organizations: readonly { readonly code: string; readonly name: string }[];
}

/** Whose token is wanted, and for which application. */
export interface TokenRequest {
  readonly clientId: string;
  readonly person: string;
  /** `null` for a person who is a member of none. */
  readonly organization: string | null;
}

/** Why "view as" cannot be used. Its message is for the panel, and has no token in it. */
export class LocalIssuerError extends Error {}

/**
 * The people of the issuer of a token.
 *
 * @param issuer - The token's `iss`
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
 * An access token of a person of the local Kinde.
 *
 * @throws LocalIssuerError if there is none
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
      `“View as” works with the local Kinde only. The token of this page is from ${isText(issuer) ? issuer : "an issuer that it does not name"}.`,
    );
  }
  let response: Response;
  try {
    // Its own cookies are of no use to it, and an answer with a token is not kept.
    response = await fetch(`${issuer}/local/${path}`, { ...init, credentials: "omit", cache: "no-store" });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new LocalIssuerError(`The issuer ${issuer} does not answer this page. Check that it is running.`);
  }
  const body = fieldsOf(await response.json().catch(() => null));
  if (response.ok) return body;
  const description = body["error_description"];
  throw new LocalIssuerError(
    response.status === 404 || !isName(description)
      ? noApi(issuer)
      : `The local Kinde has refused this: ${description}.`.replace("..", "."),
  );
}

/** A domain of Kinde is not even asked. */
function isLocal(issuer: unknown): issuer is string {
  return isText(issuer) && URL.canParse(issuer) && isLoopback(new URL(issuer).hostname);
}

function noApi(issuer: unknown): string {
  return (
    `The issuer ${String(issuer)} does not list its people. “View as” needs the local Kinde of this version, ` +
    "@kinde-cerbos/local-kinde, without `localApi: false`."
  );
}
