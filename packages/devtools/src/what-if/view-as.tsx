import { type InspectedProvider } from "@kinde-cerbos/react/internal";
import { type FormEvent, type ReactNode, useState } from "react";
import { type LocalPerson } from "./local-issuer.ts";
import { useTrial, whatIf } from "./page-what-if.ts";
import { problemOf, useLocalPeople } from "./use-local-people.ts";
import { viewAsSource } from "./view-as-source.ts";

interface ViewAsProps {
  readonly provider: InspectedProvider;
}

/** Gives the page the rights of another user of the local issuer. */
export function ViewAs({ provider }: ViewAsProps): ReactNode {
  const { people, problem } = useLocalPeople(provider.claims?.iss);
  const { viewed } = useTrial(provider.id);
  return (
    <section aria-labelledby="view-as">
      <h2 id="view-as">View as</h2>
      <p className="muted">
        Shows this page with the rights of another user of the local issuer. You stay signed in to your app as yourself.
      </p>
      {problem !== null && <p className="warn">{problem}</p>}
      {people && <ChoosePerson provider={provider} people={people} />}
      {!people && problem === null && <p className="muted">Fetching the people of the local issuer…</p>}
      {viewed && <button onClick={() => whatIf.stopViewing(provider)}>Stop viewing as {viewed.name}</button>}
    </section>
  );
}

function ChoosePerson({ provider, people }: ViewAsProps & { readonly people: readonly LocalPerson[] }): ReactNode {
  const [personId, setPersonId] = useState(people[0]?.id);
  const [code, setCode] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const person = people.find(({ id }) => id === personId);
  if (!person) return <p className="empty">The local issuer has no people.</p>;
  const organizations = person.organizations;
  const organization = organizations.find((one) => one.code === code) ?? organizations[0];
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const { iss, azp } = provider.claims ?? {};
    const request = { clientId: azp ?? "", person: person.id, organization: organization?.code ?? null };
    try {
      const source = await viewAsSource(iss, request);
      const viewed = { person: person.id, name: person.name, organization: organization?.code ?? null };
      whatIf.viewAs(provider, viewed, source);
      setProblem(null);
    } catch (error) {
      setProblem(problemOf(error));
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
