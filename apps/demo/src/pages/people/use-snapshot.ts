import { type Authorizer, createAuthorizer, createSession } from "@kinde-cerbos/core";
import { useAuthorizer } from "@kinde-cerbos/react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { PRINCIPAL, usePdpWay } from "../../pdp/pdp-way.tsx";
import { POLICIES_KEY, useFollowPolicies } from "../../pdp/use-follow-policies.ts";
import { localToken } from "../../session/local-token.ts";
import { examplesFor } from "./examples.ts";
import { type Snapshot, takeSnapshot } from "./snapshot.ts";
import { type Subject } from "./subject.ts";

/** Snapshots of a person: the current one, and an earlier one to compare it with. */
export interface Snapshots {
  readonly before: Snapshot | undefined;
  readonly now: Snapshot | undefined;
  readonly error: Error | null;
  readonly isFetching: boolean;
  /** Whether it is this page's own token. Any other is made for the purpose. */
  readonly isOwnToken: boolean;
  /** Makes the current snapshot the earlier one. */
  readonly startOver: () => void;
}

/** The gateway refuses a token that was made in the same second as a change: it may be from before. */
const RETRY = { retry: 4, retryDelay: 600 };

/**
 * The signed-in person's snapshot is by the page's own session, which follows what changes. For everybody else, the
 * issuer makes the token that they would get.
 *
 * @param edition of the issuer's config
 */
export function useSnapshot(subject: Subject, edition: number): Snapshots {
  const { pdp } = usePdpWay();
  useFollowPolicies();
  const mine = useAuthorizer();
  const person = subject.person.id;
  const organization = subject.organization.code;
  const { claims } = mine?.session ?? {};
  const own = claims?.sub === person && claims.org_code === organization ? mine : null;
  const others = async (): Promise<Authorizer> => {
    const session = await createSession(await localToken({ person, organization }), { principal: PRINCIPAL });
    return createAuthorizer({ pdp, session });
  };
  const { data, error, isFetching } = useQuery({
    // Asked again after each change of a policy.
    queryKey: [POLICIES_KEY, "people", person, organization, own?.session.id ?? edition],
    queryFn: async ({ signal }) => takeSnapshot(own ?? (await others()), examplesFor(subject), signal),
    enabled: mine !== null,
    placeholderData: (last, query) =>
      query?.queryKey[2] === person && query.queryKey[3] === organization ? last : undefined,
    ...RETRY,
  });
  const [kept, keep] = useState<{ readonly of: string; readonly snapshot: Snapshot } | null>(null);
  const of = `${person} ${organization}`;
  if (data && kept?.of !== of) keep({ of, snapshot: data });
  return {
    before: kept?.of === of ? kept.snapshot : data,
    now: data,
    error,
    isFetching,
    isOwnToken: own !== null,
    startOver: () => data && keep({ of, snapshot: data }),
  };
}
