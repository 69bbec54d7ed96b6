import type { LocalKindeConfig } from "@kinde-cerbos/local-kinde";
import { usePermissionsSession } from "@kinde-cerbos/react";
import { useSearchParam } from "../../ui/use-search-param.ts";
import { type Subject } from "./subject.ts";

/** The chosen person and organization, and how to choose others. Both are in the address. */
export interface ChosenSubject {
  /** `null` for somebody who is in no organization. */
  readonly subject: Subject | null;
  readonly setPerson: (id: string) => void;
  readonly setOrganization: (code: string) => void;
  /** The signed-in person comes first. */
  readonly people: LocalKindeConfig["people"];
}

/** Default: the signed-in person, in the current organization. */
export function useSubject(config: LocalKindeConfig): ChosenSubject {
  const { principal, orgCode } = usePermissionsSession();
  const [personId, setPerson] = useSearchParam("person");
  const [code, setOrganization] = useSearchParam("organization");
  const isMe = ({ id }: { readonly id: string }): boolean => id === principal?.id;
  const people = config.people.toSorted((one, other) => Number(isMe(other)) - Number(isMe(one)));
  const person = people.find(({ id }) => id === personId) ?? people[0];
  const memberships = person?.memberships ?? [];
  const membership =
    memberships.find(({ organization }) => organization === code) ??
    memberships.find(({ organization }) => organization === orgCode) ??
    memberships[0];
  const organization = config.organizations.find((one) => one.code === membership?.organization);
  const subject = person && membership && organization && { person, membership, organization, isMe: isMe(person) };
  return { subject: subject ?? null, setPerson, setOrganization, people };
}
