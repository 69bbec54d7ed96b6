import type { LocalKindeConfig } from "@kinde-cerbos/local-kinde";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { changeEntry, fetchConfig, resetConfig } from "./issuer-api.ts";

/**
 * Changes an entry of the issuer, such as `people/kp_mara`, by a JSON merge patch. Resolves when the config is read
 * again, also if nothing was changed.
 */
export type Change = (entry: string, patch: object) => Promise<void>;

/** The configuration of the local Kinde, and how to change it. */
export interface IssuerConfig {
  readonly config: LocalKindeConfig | undefined;
  /** Another number after each change. */
  readonly edition: number;
  readonly error: Error | null;
  readonly isSaving: boolean;
  readonly change: Change;
  readonly reset: () => void;
}

const QUERY_KEY = ["people", "config"];

/** Reads the configuration of the local Kinde, again after each change. */
export function useConfig(): IssuerConfig {
  const queryClient = useQueryClient();
  const { data, error, dataUpdatedAt } = useQuery({
    queryKey: QUERY_KEY,
    queryFn: ({ signal }) => fetchConfig(signal),
    retry: false,
  });
  const saving = useMutation({
    mutationFn: (task: () => Promise<void>) => task(),
    onSettled: () => queryClient.invalidateQueries({ queryKey: QUERY_KEY }),
  });
  return {
    config: data,
    edition: dataUpdatedAt,
    error: saving.error ?? error,
    isSaving: saving.isPending,
    // `error` has the failure.
    change: (entry, patch) => saving.mutateAsync(() => changeEntry(entry, patch)).catch(() => {}),
    reset: () => saving.mutate(resetConfig),
  };
}
