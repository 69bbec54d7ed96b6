import type { LocalKindeConfig } from "@kinde-cerbos/local-kinde";

/** How many people are listed at most. */
const LISTED = 20;

/** Returns lines on how to sign in to the local Kinde, with the people. */
export function signInLines({ applications, people }: LocalKindeConfig): string[] {
  return [
    `Client IDs: ${applications.map(({ clientId }) => clientId).join(", ")}`,
    "Sign in from your app and choose a person. There are no passwords:",
    ...people.slice(0, LISTED).map((person) => `  ${describePerson(person)}`),
    ...(people.length > LISTED ? [`  and ${people.length - LISTED} more`] : []),
  ];
}

function describePerson({ givenName, familyName, email, memberships }: LocalKindeConfig["people"][number]): string {
  const rights = memberships.map(({ organization, roles = [] }) =>
    roles.length === 0 ? organization : `${organization} (${roles.join(", ")})`,
  );
  return `${givenName} ${familyName} <${email}>: ${rights.join(", ")}`;
}
