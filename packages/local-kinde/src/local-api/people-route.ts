import { organizationsOf } from "../directory.ts";
import type { Context, Issuer } from "../issuer.ts";

/** `GET /local/people`: the people, with their organizations. */
export function listPeople({ config }: Issuer, ctx: Context): void {
  ctx.body = {
    people: config.people.map((person) => ({
      id: person.id,
      name: `${person.givenName} ${person.familyName}`.trim(),
      email: person.email,
      organizations: organizationsOf(config, person).map(({ code, name }) => ({ code, name })),
    })),
  };
}
