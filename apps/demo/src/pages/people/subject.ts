import type { LocalKindeConfig } from "@kinde-cerbos/local-kinde";

type Person = LocalKindeConfig["people"][number];

/** A person in one of their organizations. */
export interface Subject {
  readonly person: Person;
  readonly membership: Person["memberships"][number];
  readonly organization: LocalKindeConfig["organizations"][number];
  /** Whether it is the signed-in person, in whichever organization. */
  readonly isMe: boolean;
}
