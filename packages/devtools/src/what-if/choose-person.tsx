import { type KindeClaims } from "@kinde-cerbos/core";
import { type InspectedProvider } from "@kinde-cerbos/react/internal";
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { type LocalPerson } from "./local-issuer.ts";
import { whatIf } from "./page-what-if.ts";
import { problemOf } from "./use-local-people.ts";
import { viewAsSource } from "./view-as-source.ts";

interface ChoosePersonProps {
  readonly provider: InspectedProvider;
  /** The claims of the current token, which contain the issuer and the application. */
  readonly claims: KindeClaims;
  readonly people: readonly LocalPerson[];
}

/** A form that selects a person and one of their organizations, and views the page as them. */
export function ChoosePerson({ provider, claims, people }: ChoosePersonProps): ReactNode {
  const [personId, setPersonId] = useState(people[0]?.id);
  const [code, setCode] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  /** The newest request. The response to an earlier one, or to one from before the user changed, is ignored. */
  const newest = useRef<object | null>(null);
  useEffect(
    () => () => {
      newest.current = null;
    },
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- reset for another user, whose claims the effect does not read
    [claims.iss, claims.sub],
  );
  const person = people.find(({ id }) => id === personId);
  if (!person) return <p className="empty">The local Kinde has no people. Add some to its kinde.json.</p>;
  const organizations = person.organizations;
  const organization = organizations.find((one) => one.code === code) ?? organizations[0];
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const mine = (newest.current = {});
    const request = { clientId: claims.azp ?? "", person: person.id, organization: organization?.code ?? null };
    try {
      const source = await viewAsSource(claims.iss, request);
      if (newest.current !== mine) return;
      const viewed = { person: person.id, name: person.name, organization: organization?.code ?? null };
      whatIf.viewAs(provider, viewed, source);
      setProblem(null);
    } catch (error) {
      if (newest.current === mine) setProblem(problemOf(error));
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <label>
        Person{" "}
        <select value={person.id} onChange={({ target }) => setPersonId(target.value)}>
          {people.map(({ id, name }) => (
            <option key={id} value={id}>
              {name} ({id})
            </option>
          ))}
        </select>
      </label>{" "}
      {organization && (
        <label>
          Organization{" "}
          <select value={organization.code} onChange={({ target }) => setCode(target.value)}>
            {organizations.map((one) => (
              <option key={one.code} value={one.code}>
                {one.name} ({one.code})
              </option>
            ))}
          </select>
        </label>
      )}{" "}
      <button>View as {person.name}</button>
      {problem !== null && (
        <p className="warn" role="alert">
          {problem}
        </p>
      )}
    </form>
  );
}
