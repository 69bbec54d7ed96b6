import { Can, useAuthorizer, usePermissionsSession } from "@kinde-cerbos/react";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode } from "react";

import { exportHint, libraryResource } from "../data/library.ts";
import { exportDocuments } from "./documents-api.ts";
import { saveFile } from "./save-file.ts";

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
  const { mutate, isPending, data: outcome } = useMutation({
    mutationFn: () => exportDocuments(authorizer?.session.token ?? null),
    onSuccess: ({ file }) => {
      if (file !== null) saveFile("documents.json", file);
    },
  });
  const button = (answer: "allowed" | "denied", isDisabled: boolean): ReactNode => (
    <button type="button" data-answer={answer} disabled={isDisabled || isPending} onClick={() => mutate()}>
      Export
    </button>
  );
  return (
    <div className="export">
      <Can
        action="export"
        resource={libraryResource(orgCode ?? "", count)}
        loading={<span data-answer="pending" className="pending" />}
        error={<span data-answer="error" className="mark">?</span>}
        fallback={({ decision }) => {
          const hint = exportHint(decision);
          return (
            <>
              {(hint !== null || offersDenied) && button("denied", !offersDenied)}
              {hint !== null && (
                <p className="hint">
                  {hint.isUpgrade && <strong className="upgrade">Upgrade</strong>} {hint.reason}
                </p>
              )}
            </>
          );
        }}
      >
        {button("allowed", false)}
      </Can>
      <output data-outcome={outcome && (outcome.file === null ? "refused" : "done")}>{outcome?.message}</output>
    </div>
  );
}
