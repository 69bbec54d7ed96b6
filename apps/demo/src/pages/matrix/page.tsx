import { usePermissionsSession } from "@kinde-cerbos/react";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode } from "react";
import { ACTIONS } from "../../../data/document.ts";
import { POLICIES_KEY, useFollowPolicies } from "../../pdp/use-follow-policies.ts";
import { Why } from "../../playground/why.tsx";
import { detailsOf } from "../../ui/error-text.ts";
import { Notice } from "../../ui/notice.tsx";
import { saveFile } from "../../ui/save-file.ts";
import { useDocuments } from "../workspace/use-documents.ts";
import { askMatrix, csvOf, type Member } from "./matrix-api.ts";
import { MatrixTable } from "./matrix-table.tsx";
import { ResourceForm } from "./resource-form.tsx";
import { useMatrixAddress } from "./use-matrix-address.ts";
import "./matrix.css";

/** Who may do what with a document, unless your own Kinde is used, which does not list its people. */
export function Page(): ReactNode {
  if (!OWN_KINDE) return <Matrix />;
  return <p>This playground uses your own Kinde. Only the local Kinde lists its people, so there is no matrix.</p>;
}

/** All people, in all of their organizations. */
function Matrix(): ReactNode {
  useFollowPolicies();
  const { orgCode } = usePermissionsSession();
  const documents = useDocuments();
  const address = useMatrixAddress(documents.data ?? []);
  const { resource, filter, cell, setCell } = address;
  const matrix = useQuery({
    // Asked again after each change of a policy.
    queryKey: [POLICIES_KEY, "matrix", orgCode, resource],
    queryFn: ({ signal }) =>
      resource ? askMatrix(resource, ACTIONS, signal) : Promise.reject(new Error("There is no document.")),
    enabled: resource !== null,
    // One document's decisions stay until those of the next are there, within the same organization.
    placeholderData: (last, query) => (query?.queryKey[2] === orgCode ? last : undefined),
    retry: false,
  });
  const members = matrix.data?.members.filter((member) => matches(member, filter)) ?? [];
  const error = documents.error ?? matrix.error;
  return (
    <div className="matrix-page">
      <ResourceForm documents={documents.data ?? []} address={address} />
      {error && (
        <Notice
          title="The matrix could not be loaded"
          details={detailsOf(error)}
          action={{ label: "Try again", run: () => void (documents.error ? documents : matrix).refetch() }}
        >
          {error.message}
        </Notice>
      )}
      {matrix.data ? (
        <>
          <div className="matrix-bar">
            <output className="hint">{matrix.isFetching ? "Loading decisions…" : sumOf(members)}</output>
            <button type="button" onClick={() => saveFile("matrix.csv", csvOf(matrix.data))}>
              Export as CSV
            </button>
            <button type="button" onClick={() => saveFile("matrix_test.yaml", matrix.data.tests)}>
              Export as Cerbos tests
            </button>
          </div>
          <div className="matrix-split">
            <MatrixTable members={members} chosen={cell} onChoose={setCell} />
            <Reason member={memberOf(matrix.data.members, cell)} action={cell?.split(" ")[2]} />
          </div>
        </>
      ) : (
        !error && <p data-waiting="">Loading all decisions…</p>
      )}
    </div>
  );
}

interface ReasonProps {
  readonly member: Member | undefined;
  readonly action: string | undefined;
}

/** Why a cell is as it is. */
function Reason({ member, action }: ReasonProps): ReactNode {
  const answer = member?.answers.find((one) => one.action === action);
  return (
    <section className="card matrix-reason" aria-label="Reason" aria-live="polite">
      {member && answer ? (
        <>
          <h2>
            {member.person.name}: {answer.action}
          </h2>
          <p className="hint">In {member.organization.name}</p>
          {answer.hints.map((hint) => (
            <p key={hint}>The policy says: {hint}</p>
          ))}
          {answer.schemaErrors.length > 0 && (
            <p>The attributes do not fit the schema, which denies every action: {answer.schemaErrors.join(", ")}.</p>
          )}
          {answer.why && <Why trace={answer.why} person={member.person.name} />}
          {!answer.why && answer.schemaErrors.length === 0 && <p>Cerbos' trace does not explain this decision.</p>}
        </>
      ) : (
        <p className="hint">Press a decision to see the rules behind it.</p>
      )}
    </section>
  );
}

function memberOf(members: readonly Member[], cell: string | null): Member | undefined {
  const [person, organization] = cell?.split(" ") ?? [];
  return members.find((one) => one.person.id === person && one.organization.code === organization);
}

function matches({ person, organization }: Member, filter: string): boolean {
  const text = `${person.name} ${organization.name}`.toLowerCase();
  return filter
    .toLowerCase()
    .split(" ")
    .every((word) => text.includes(word));
}

function sumOf(members: readonly Member[]): string {
  const answers = members.flatMap((member) => member.answers);
  return `${answers.filter(({ allowed }) => allowed).length} of ${answers.length} checks are allowed.`;
}
