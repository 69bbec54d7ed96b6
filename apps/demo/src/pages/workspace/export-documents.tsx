import { useAuthorizer, useCan, usePermissionsSession } from "@kinde-cerbos/react";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode } from "react";
import { exportHint, libraryResource } from "../../../data/library.ts";
import { saveFile } from "../../ui/save-file.ts";
import { WhyButton } from "../../why/why-button.tsx";
import { exportDocuments } from "./documents-api.ts";

/**
 * Exports all documents, where the user may and the plan includes it. If only the plan is in the way, it says what the
 * policy says of that. `count` is how many there are for the user.
 */
export function ExportDocuments({ count }: { readonly count: number }): ReactNode {
  const { orgCode } = usePermissionsSession();
  const authorizer = useAuthorizer();
  const {
    mutate,
    mutateAsync,
    isPending,
    data: outcome,
  } = useMutation({
    mutationFn: () => exportDocuments(authorizer?.session.token ?? null),
    onSuccess: ({ isDone, file }) => {
      if (isDone) saveFile("documents.json", file);
    },
  });
  const resource = libraryResource(orgCode ?? "", count);
  const { status, decision } = useCan({ action: "export", resource });
  const hint = status === "denied" ? exportHint(decision) : null;
  return (
    <div className="export">
      {hint !== null && (
        <p className="hint">
          {hint.isUpgrade && <strong className="upgrade">Upgrade</strong>} {hint.reason}
        </p>
      )}
      <output data-outcome={outcome?.isDone ? "done" : undefined}>
        {outcome?.isDone && `${outcome.count} ${outcome.count === 1 ? "document" : "documents"} exported.`}
      </output>
      {status === "pending" && <span data-answer="pending" className="pending" />}
      {status === "error" && (
        <span data-answer="error" className="mark">
          ?
        </span>
      )}
      {status === "allowed" && (
        <button type="button" data-answer="allowed" disabled={isPending} onClick={() => mutate()}>
          Export
        </button>
      )}
      {status === "denied" && (
        <WhyButton action="export" resource={resource} label="export all documents" onTry={() => mutateAsync()}>
          Export
        </WhyButton>
      )}
    </div>
  );
}
