import { useEffect, useState } from "react";
import { LocalIssuerError, type LocalPerson, peopleOf } from "./local-issuer.ts";

/** The people of the local Kinde, or the reason why they are unavailable. Both are `null` while they are fetched. */
export interface LocalPeople {
  readonly people: readonly LocalPerson[] | null;
  readonly problem: string | null;
}

const LOADING: LocalPeople = { people: null, problem: null };

/** Returns the people of the issuer with this `iss`. */
export function useLocalPeople(issuer: unknown): LocalPeople {
  const [found, setFound] = useState<LocalPeople & { readonly of?: unknown }>(LOADING);
  useEffect(() => {
    const leave = new AbortController();
    const load = async (): Promise<void> => {
      const next = await peopleOf(issuer, leave.signal).then(
        (people) => ({ people, problem: null }),
        (error: unknown) => ({ people: null, problem: problemOf(error) }),
      );
      if (!leave.signal.aborted) setFound({ ...next, of: issuer });
    };
    void load();
    return () => leave.abort();
  }, [issuer]);
  return found.of === issuer ? found : LOADING;
}

/** Returns the message that the panel shows for a failure. */
export function problemOf(error: unknown): string {
  return error instanceof LocalIssuerError ? error.message : "The local Kinde's response could not be read.";
}
