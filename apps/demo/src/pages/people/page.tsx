import { usePermissionsSession } from "@kinde-cerbos/react";
import { type ReactNode } from "react";
import { Link } from "wouter";
import { Notice } from "../../ui/notice.tsx";
import { Changes } from "./changes.tsx";
import { Choice } from "./choice.tsx";
import { OrganizationForm } from "./organization-form.tsx";
import { PersonForm } from "./person-form.tsx";
import { type Subject } from "./subject.ts";
import { Sum } from "./sum.tsx";
import { type IssuerConfig, useConfig } from "./use-config.ts";
import { useSnapshot } from "./use-snapshot.ts";
import { useSubject } from "./use-subject.ts";
import "./people.css";

/** Rights that are given and taken, and what comes of it. */
export function Page(): ReactNode {
  return OWN_KINDE ? <InKindeItself /> : <People />;
}

/** A page may not change a real Kinde. */
function InKindeItself(): ReactNode {
  return (
    <p>
      This playground uses your own Kinde, so change people there. An open page follows once Kinde has called your
      server’s webhook. The page <Link href="/own-kinde">Your own Kinde</Link> lists the roles, permissions and flags
      that the policies check.
    </p>
  );
}

function People(): ReactNode {
  const issuer = useConfig();
  const { config, error } = issuer;
  return (
    <div className="people">
      {error && (
        <Notice key={error.message} title="The local Kinde refused, or does not answer" details={error.message}>
          Nothing was changed.
        </Notice>
      )}
      {config ? <Chosen config={config} issuer={issuer} /> : !error && <p data-waiting="">Loading people…</p>}
    </div>
  );
}

interface ChosenProps {
  readonly config: NonNullable<IssuerConfig["config"]>;
  readonly issuer: IssuerConfig;
}

function Chosen({ config, issuer }: ChosenProps): ReactNode {
  const { subject, people, setPerson, setOrganization } = useSubject(config);
  const organizations = config.organizations.filter(({ code }) =>
    subject?.person.memberships.some(({ organization }) => organization === code),
  );
  return (
    <>
      <div className="people-bar">
        <Choice
          label="Person"
          options={people.map(({ id, givenName, familyName }, at) => ({
            id,
            name: at === 0 ? `${givenName} ${familyName} (you)` : `${givenName} ${familyName}`,
          }))}
          chosen={subject?.person.id}
          onChoose={setPerson}
        />
        <Choice
          label="Organization"
          options={organizations.map(({ code, name }) => ({ id: code, name }))}
          chosen={subject?.organization.code}
          onChoose={setOrganization}
        />
      </div>
      {subject && <Rights config={config} issuer={issuer} subject={subject} />}
    </>
  );
}

function Rights({ config, issuer, subject }: ChosenProps & { readonly subject: Subject }): ReactNode {
  const { edition, isSaving, change, reset } = issuer;
  const snapshots = useSnapshot(subject, edition);
  return (
    <>
      <WhatHappens subject={subject} />
      <Sum snapshots={snapshots} />
      <div className="people-split">
        <div className="people-forms" aria-busy={isSaving}>
          <PersonForm config={config} subject={subject} change={change} />
          <OrganizationForm config={config} organization={subject.organization} change={change} />
          <p>
            <button type="button" onClick={reset}>
              Undo all changes
            </button>
          </p>
        </div>
        <Changes subject={subject} snapshots={snapshots} />
      </div>
    </>
  );
}

/** When a change counts, in words. */
function WhatHappens({ subject: { person, organization, isMe } }: { readonly subject: Subject }): ReactNode {
  const { orgCode } = usePermissionsSession();
  const name = person.givenName;
  if (!isMe) {
    return (
      <p className="people-words">
        You are changing what Kinde knows about {name}. This page shows the token that {name} will get next. If {name}{" "}
        has the app open in another browser, that page follows at once.
      </p>
    );
  }
  return (
    <p className="people-words">
      {orgCode === organization.code
        ? "You are changing your own rights. Kinde notifies the gateway with a webhook, your token is replaced, and every open page follows within about a second, without a reload."
        : `You are changing your rights in ${organization.name}, but are signed in to another organization. This page shows the token that you will get when you switch.`}
    </p>
  );
}
