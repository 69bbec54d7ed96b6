import { type KindeClaims } from "@kinde-cerbos/core";
import { type InspectedProvider } from "@kinde-cerbos/react/internal";
import { type ReactNode, useState } from "react";
import { ChoosePerson } from "./choose-person.tsx";
import { useScenario, whatIf } from "./page-what-if.ts";
import { useLocalPeople } from "./use-local-people.ts";

interface ViewAsProps {
  readonly provider: InspectedProvider;
}

/** Lets the user view the page with the rights of another user of the local Kinde. */
export function ViewAs({ provider }: ViewAsProps): ReactNode {
  // While the session changes, the provider has no claims for a moment, so the last ones are kept.
  const [claims, setClaims] = useState(provider.claims);
  if (provider.claims !== null && provider.claims !== claims) setClaims(provider.claims);
  const { viewed } = useScenario(provider.id);
  return (
    <section aria-labelledby="view-as">
      <h2 id="view-as">View as</h2>
      <p className="muted">
        Shows this page with the rights of another user of the local Kinde. You stay signed in to your app as yourself.
      </p>
      {claims ? (
        <People provider={provider} claims={claims} />
      ) : (
        <p className="empty">Nobody is signed in. Sign in to your app first.</p>
      )}
      {viewed && <button onClick={() => whatIf.stopViewing(provider)}>Stop viewing as {viewed.name}</button>}
    </section>
  );
}

interface PeopleProps extends ViewAsProps {
  readonly claims: KindeClaims;
}

function People({ provider, claims }: PeopleProps): ReactNode {
  const { people, problem } = useLocalPeople(claims.iss);
  if (problem !== null) return <p className="warn">{problem}</p>;
  if (people === null) return <p className="muted">Loading the people of the local Kinde…</p>;
  return <ChoosePerson provider={provider} claims={claims} people={people} />;
}
