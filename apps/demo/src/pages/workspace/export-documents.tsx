import { useAuthorizer, useCan, usePermissionsSession } from "@kinde-cerbos/react";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode } from "react";
import { exportHint, libraryResource } from "../../../data/library.ts";
import { saveFile } from "../../ui/save-file.ts";
import { exportDocuments } from "./documents-api.ts";

interface ExportDocumentsProps {
  /** How many there are for the user. */
  readonly count: number;
  /** Whether a denied export can be sent all the same. */
  readonly offersDenied: boolean;
}

/**
 * Exports all documents, where the user may and the plan includes it. If only the plan is in the way, it says what the
 * policy says of that. Who may not export at all sees nothing.
 */
export function ExportDocuments({ count, offersDenied }: ExportDocumentsProps): ReactNode {
  const { orgCode } = usePermissionsSession();
  const authorizer = useAuthorizer();
  const {
    mutate,
    isPending,
    data: outcome,
  } = useMutation({
    mutationFn: () => exportDocuments(authorizer?.session.token ?? null),
    onSuccess: ({ file }) => {
      if (file !== null) saveFile("documents.json", file);
    },
  });
  const resource = libraryResource(orgCode ?? "", count);
  const { allowed, status, decision } = useCan({ action: "export", resource });
  const hint = status === "denied" ? exportHint(decision) : null;
  const isOffered = allowed || (status === "denied" && offersDenied);
  return (
    <div className="export">
      {status === "pending" && <span data-answer="pending" className="pending" />}
      {status === "error" && (
        <span data-answer="error" className="mark">
          ?
        </span>
      )}
      {(isOffered || hint !== null) && (
        <button
          type="button"
          data-answer={allowed ? "allowed" : "denied"}
          disabled={!isOffered || isPending}
          onClick={() => mutate()}
        >
          Export
        </button>
      )}
      {hint !== null && (
        <p className="hint">
          {hint.isUpgrade && <strong className="upgrade">Upgrade</strong>} {hint.reason}
        </p>
      )}
      <output data-outcome={outcome && (outcome.file === null ? "refused" : "done")}>{outcome?.message}</output>
    </div>
  );
}
