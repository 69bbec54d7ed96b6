import { fieldsOf, isName, textOf } from "@kinde-cerbos/core/internal";
import { Refusal } from "@kinde-cerbos/server";
import { listOf } from "./cerbos-compile.ts";

/** A person in one of their organizations. */
export interface Membership {
  readonly person: { readonly id: string; readonly name: string };
  readonly organization: { readonly code: string; readonly name: string };
}

/** A person in an organization, and their access token there. */
export interface Member extends Membership {
  readonly token: string;
}

/** Options for {@link membersOf}. */
export interface PeopleOptions {
  /** The local Kinde. */
  readonly issuer: string;
  readonly clientId: string;
}

/**
 * Returns all people of the local Kinde in all of their organizations.
 *
 * @throws Refusal `issuer_unavailable` if the issuer is not the local one, or does not answer
 */
export async function membersOf({ issuer, clientId }: PeopleOptions): Promise<readonly Member[]> {
  const { people } = await ask(issuer, "people");
  const memberships = listOf(people).flatMap(({ id, name, organizations }) =>
    listOf(organizations).map((organization): Membership => ({
      person: { id: textOf(id), name: textOf(name) },
      organization: { code: textOf(organization["code"]), name: textOf(organization["name"]) },
    })),
  );
  return Promise.all(
    memberships.map(async ({ person, organization }) => {
      const body = { client_id: clientId, person: person.id, organization: organization.code };
      const { access_token: token } = await ask(issuer, "tokens", body);
      if (!isName(token)) throw noPeople();
      return { person, organization, token };
    }),
  );
}

async function ask(issuer: string, path: string, body?: object): Promise<{ readonly [field: string]: unknown }> {
  const init: RequestInit = body
    ? { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) }
    : {};
  try {
    const response = await fetch(`${issuer}/local/${path}`, init);
    if (response.ok) return fieldsOf(await response.json());
  } catch (cause) {
    throw noPeople(cause);
  }
  throw noPeople();
}

function noPeople(cause?: unknown): Refusal {
  return new Refusal(
    "issuer_unavailable",
    "The issuer did not list its people. Check that it is the local Kinde, and that it is running.",
    {
      cause,
    },
  );
}
