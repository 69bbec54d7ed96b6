import { type ReactNode } from "react";
import { detailsOf, plainText } from "../../ui/error-text.ts";
import { Notice } from "../../ui/notice.tsx";
import { DecisionsTable } from "./decisions-table.tsx";
import { DiffList } from "./diff-list.tsx";
import { diffOf } from "./diff.ts";
import { examplesFor } from "./examples.ts";
import { type Subject } from "./subject.ts";
import { type Snapshots } from "./use-snapshot.ts";

interface ChangesProps {
  readonly subject: Subject;
  readonly snapshots: Snapshots;
}

/** Token, principal and decisions, each with what has changed since one began to look. */
export function Changes({ subject, snapshots: { before, now, error, isOwnToken } }: ChangesProps): ReactNode {
  if (error) {
    return (
      <Notice title="This person could not be loaded" details={detailsOf(error)}>
        {plainText(error)}
      </Notice>
    );
  }
  if (!before || !now) return <p data-waiting="">Loading decisions…</p>;
  return (
    <div className="people-changes">
      <DecisionsTable examples={examplesFor(subject)} before={before} now={now} />
      <DiffList
        title="Access token"
        hint={`${isOwnToken ? "The claims of this page's token" : "The claims of the next token"}, without times and ids.`}
        lines={diffOf(before.claims, now.claims)}
      />
      <DiffList
        title="Cerbos principal"
        hint="What kinde-cerbos sends to Cerbos. Entitlements are not in a token: they come from Kinde's account API."
        lines={diffOf(before.principal, now.principal)}
      />
    </div>
  );
}
