import { invalidateDecisions } from "@kinde-cerbos/react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { POLICIES_KEY, useFollowPolicies } from "../../pdp/use-follow-policies.ts";
import { listPolicies, readPolicy, resetPolicies, savePolicy, testPolicies } from "./policies-api.ts";

/** The files, the one that is open, and what can be done with them. */
export function usePolicies(path: string) {
  const queryClient = useQueryClient();
  useFollowPolicies();
  /** The PDPs decide by other policies: what the page shows is asked again. */
  const applied = async (): Promise<void> => {
    await Promise.all([queryClient.invalidateQueries({ queryKey: [POLICIES_KEY] }), invalidateDecisions(queryClient)]);
  };
  return {
    files: useQuery({ queryKey: [POLICIES_KEY, "list"], queryFn: listPolicies }),
    file: useQuery({ queryKey: [POLICIES_KEY, "file", path], queryFn: () => readPolicy(path), retry: false }),
    save: useMutation({
      mutationFn: ({
        path: file,
        text,
        seen,
      }: {
        readonly path: string;
        readonly text: string;
        readonly seen: string;
      }) => savePolicy(file, text, seen),
      onSuccess: (problems) => (problems.length === 0 ? applied() : undefined),
      // Another editor may have saved the file.
      onError: () => queryClient.invalidateQueries({ queryKey: [POLICIES_KEY] }),
    }),
    reset: useMutation({ mutationFn: resetPolicies, onSuccess: applied }),
    tests: useMutation({ mutationFn: testPolicies }),
  };
}
