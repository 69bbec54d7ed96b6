import { HydrationBoundary } from "@tanstack/react-query";
import { getAuthorizer, prefetchDecisions } from "../../lib/authz.ts";
import { resourceOf } from "../../lib/document.ts";
import { documents } from "../../lib/documents.ts";
import { DocumentRow } from "./document-row.tsx";

export default async function Page() {
  const { principal } = (await getAuthorizer()).session;
  const own = [...documents.values()].filter(({ orgCode }) => orgCode === principal.attr["orgCode"]);
  const actions = ["view", "edit", "delete"] as const;
  const checks = own.flatMap((document) => actions.map((action) => ({ action, resource: resourceOf(document) })));
  return (
    <HydrationBoundary state={await prefetchDecisions(checks)}>
      <ul>
        {own.map((document) => (
          <DocumentRow key={document.id} document={document} />
        ))}
      </ul>
    </HydrationBoundary>
  );
}
