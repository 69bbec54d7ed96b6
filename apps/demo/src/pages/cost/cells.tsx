import { type PolicyDecisionPoint } from "@kinde-cerbos/core";
import { fieldsOf } from "@kinde-cerbos/core/internal";
import { useAuthorizer, useCan, usePermissionsSession } from "@kinde-cerbos/react";
import { memo, type ReactNode, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { type DocumentResource } from "../../../data/document.ts";
import { ACTION, documentsFor } from "./checks.ts";
import { type CellAnswer, type Run } from "./run.ts";

interface CellProps {
  readonly resource: DocumentResource;
  readonly onShown: (answer: CellAnswer) => void;
}

type Decide = (resource: DocumentResource) => Promise<CellAnswer>;

/** The page of a run: a component for each check, as a page of rows and buttons has them. */
export function Cells({ run, pdp }: { readonly run: Run; readonly pdp: PolicyDecisionPoint }): ReactNode {
  const { principal, orgCode } = usePermissionsSession();
  const { id, size, kind, show } = run;
  const userId = principal?.id ?? "";
  const resources = useMemo(() => documentsFor(id, size, orgCode ?? "", userId), [id, size, orgCode, userId]);
  const decide = useDecideSingly(pdp);
  return (
    <div className="cells" aria-hidden="true">
      {resources.map((resource) =>
        kind === "batched" ? (
          <BatchedCell key={resource.id} resource={resource} onShown={show} />
        ) : (
          <SingleCell key={resource.id} resource={resource} onShown={show} decide={decide} />
        ),
      )}
    </div>
  );
}

/** The page before a run. */
export function EmptyCells({ size }: { readonly size: number }): ReactNode {
  return (
    <div className="cells" aria-hidden="true">
      {Array.from({ length: size }, (_, at) => (
        <span key={at} />
      ))}
    </div>
  );
}

/** With the library: a hook for each check, and nothing else. */
const BatchedCell = memo(function BatchedCell({ resource, onShown }: CellProps): ReactNode {
  const { status } = useCan({ action: ACTION, resource });
  return <Cell answer={status} onShown={onShown} />;
});

/** Without it: a request for each check, in an effect. */
const SingleCell = memo(function SingleCell({
  resource,
  onShown,
  decide,
}: CellProps & { readonly decide: Decide }): ReactNode {
  const [answer, setAnswer] = useState<CellAnswer | "pending">("pending");
  useEffect(() => void decide(resource).then(setAnswer), [decide, resource]);
  return <Cell answer={answer} onShown={onShown} />;
});

function Cell({
  answer,
  onShown,
}: Pick<CellProps, "onShown"> & { readonly answer: CellAnswer | "pending" }): ReactNode {
  const isTold = useRef(false);
  useLayoutEffect(() => {
    if (answer === "pending" || isTold.current) return;
    isTold.current = true;
    onShown(answer);
  }, [answer, onShown]);
  return <span data-answer={answer} />;
}

function useDecideSingly(pdp: PolicyDecisionPoint): Decide {
  const session = useAuthorizer()?.session;
  return useMemo(() => singly(pdp, session), [pdp, session]);
}

/** Sends one request for each check. Strict Mode runs effects twice, and that would be two. */
function singly(pdp: PolicyDecisionPoint, session: Session | undefined): Decide {
  const sent = new Map<string, Promise<CellAnswer>>();
  return (resource) => {
    const before = sent.get(resource.id);
    if (before) return before;
    const answer = session ? ask(pdp, session, resource) : Promise.resolve<CellAnswer>("error");
    sent.set(resource.id, answer);
    return answer;
  };
}

type Session = NonNullable<ReturnType<typeof useAuthorizer>>["session"];

async function ask(
  pdp: PolicyDecisionPoint,
  { principal, token }: Session,
  resource: DocumentResource,
): Promise<CellAnswer> {
  const request = {
    principal,
    resources: [{ resource, actions: [ACTION] }],
    ...(token !== null && { auxData: { jwt: { token } } }),
  };
  try {
    const { results } = fieldsOf(await pdp.checkResources(request, { signal: new AbortController().signal }));
    const [row] = Array.isArray(results) ? results : [];
    return fieldsOf(fieldsOf(row)["actions"])[ACTION] === "EFFECT_ALLOW" ? "allowed" : "denied";
  } catch {
    return "error";
  }
}
